import { CommandFailed } from '../../adapters/driving/cli/command-failed.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { Environment } from './config.ts';

/**
 * What the environment says, and where it says nothing the file `.env` of this folder: just what `npm start` reads, so
 * that a command finds the store that the service uses.
 * @throws {CommandFailed} where there is such a file and it cannot be read
 */
export const environment = (): Environment => {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new CommandFailed(['.env cannot be read.'], EXIT.usage, { cause: error });
    }
  }
  return process.env;
};
