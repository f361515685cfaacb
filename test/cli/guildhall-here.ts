import type { Terminal } from '../../src/adapters/driving/cli/cli-deps.ts';
import { runCli } from '../../src/adapters/driving/cli/run-cli.ts';
import { cliDeps } from '../../src/composition/cli/cli-deps.ts';
import { Secret } from '../../src/domain/shared/secret.ts';

/** Hashes that cost next to nothing. */
const CHEAP = { ARGON2_MEMORY_KIB: '64', ARGON2_TIME_COST: '1' };

/**
 * `guildhall` without the second that a process of its own takes to start: the same commands over the same adapters,
 * with pipes at all ends.
 */
export const guildhall = async (
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  terminal: Partial<Terminal> & { input?: string } = {},
) => {
  const said = { stdout: '', stderr: '' };
  const { input = '', ...rest } = terminal;
  const exitCode = await runCli(args, {
    ...cliDeps(() => ({ ...CHEAP, ...settings })),
    write: (text) => {
      said.stdout += text;
    },
    writeError: (text) => {
      said.stderr += text;
    },
    terminal: {
      bar: undefined,
      hasColors: false,
      readSecret: async () => new Secret(input),
      shutdownSignal: () => new Promise(() => {}),
      ...rest,
    },
  });
  return { exitCode, ...said };
};
