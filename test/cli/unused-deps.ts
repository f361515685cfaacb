import assert from 'node:assert/strict';
import type { CliDeps } from '../../src/adapters/driving/cli/cli-deps.ts';

const unexpected = async () => assert.fail('this command has no business here');

/** For tests of commands that ask for no password, import nobody, copy no store and need no terminal. */
export const UNUSED: Pick<CliDeps, 'terminal' | 'passwords' | 'userImport' | 'copy' | 'backUp' | 'restore'> = {
  backUp: unexpected,
  restore: unexpected,
  terminal: { bar: undefined, hasColors: false, readSecret: unexpected, toldToStop: unexpected },
  passwords: unexpected,
  copy: unexpected,
  userImport: { asksForYes: unexpected, intoStore: unexpected, toServer: unexpected },
};
