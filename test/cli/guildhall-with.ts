import assert from 'node:assert/strict';
import type { CliDeps } from '../../src/adapters/driving/cli/cli-deps.ts';
import { runCli } from '../../src/adapters/driving/cli/run-cli.ts';

const unexpected = async () => assert.fail('this command has no business here');

/** Runs `guildhall <argv>` with the given dependencies; a command that needs another one fails the test. */
export const guildhallWith = async (argv: readonly string[], deps: Partial<CliDeps> = {}) => {
  let [out, err] = ['', ''];
  const exitCode = await runCli(argv, {
    version: '1.2.3',
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      err += text;
    },
    terminal: { bar: undefined, hasColors: false, readSecret: unexpected, shutdownSignal: unexpected },
    serve: unexpected,
    migrate: unexpected,
    copy: unexpected,
    backUp: unexpected,
    restore: unexpected,
    mode: unexpected,
    describeApi: unexpected,
    withStore: unexpected,
    withoutStore: unexpected,
    verifyLicenseFile: unexpected,
    ...deps,
  });
  return { exitCode, out, err };
};
