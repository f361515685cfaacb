import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { Config } from '../config/config.ts';
import { type Service, type ServiceOptions, startService } from './service.ts';
import { startupError } from './startup-error.ts';

/** @returns the exit code, after telling */
export const failStartup = (messages: readonly string[], exitCode: number): number => {
  // The line to a primary, where there is one, would keep alive what has nothing to do.
  process.channel?.unref();
  process.stderr.write(`Guildhall cannot start:\n${messages.map((sentence) => `  - ${sentence}\n`).join('')}`);
  return exitCode;
};

/** @returns the service with the address it listens on; or, after telling why there is none, the exit code */
export const startOrExit = async (
  config: Config,
  options: ServiceOptions,
): Promise<Readonly<{ service: Service; address: string }> | number> => {
  let service: Service | undefined;
  try {
    service = await startService(config, options);
    return { service, address: await service.listen() };
  } catch (error) {
    await service?.close();
    return failStartup([startupError(error, config)], EXIT.failed);
  }
};
