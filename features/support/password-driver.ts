import assert from 'node:assert/strict';
import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import type { Origin } from './app-driver.ts';
import type { Ask } from './ask.ts';

export type GeneratedPassword = Readonly<{ password: string; level: number }>;

/** Passwords of unknownId in particular. */
export interface PasswordDriver {
  generate(from: Origin, query: Readonly<{ length: number; complexity: number }>): Promise<GeneratedPassword>;
  levelOf(from: Origin, password: string): Promise<number>;
}

export const passwordsInCore = (core: () => Pick<UseCases, 'suggestPassword' | 'ratePassword'>): PasswordDriver => ({
  async generate(_, query) {
    const { password, level } = core().suggestPassword.execute(query);
    return { password: password.reveal(), level };
  },
  levelOf: async (_, password) => core().ratePassword.execute(new Secret(password)),
});

export const passwordsOverHttp = (ask: Ask): PasswordDriver => ({
  async generate(from, query) {
    const made = (await ask(from, 'POST', '/passwords', { expects: 200, json: query })).json();
    assert.deepEqual(Object.keys(made), ['password', 'level']);
    return made;
  },
  async levelOf(from, password) {
    const rated = (await ask(from, 'POST', '/passwords/level', { expects: 200, json: { password } })).json();
    assert.deepEqual(Object.keys(rated), ['level']);
    return rated.level;
  },
});
