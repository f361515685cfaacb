import assert from 'node:assert/strict';
import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import type { Visit } from './app-driver.ts';
import type { Ask } from './ask.ts';

export type MadeUp = Readonly<{ password: string; level: number }>;

/** Passwords of nobody in particular. */
export interface PasswordDriver {
  makeUp(from: Visit, wish: Readonly<{ length: number; complexity: number }>): Promise<MadeUp>;
  levelOf(from: Visit, password: string): Promise<number>;
}

export const passwordsInCore = (core: () => Pick<UseCases, 'suggestPassword' | 'ratePassword'>): PasswordDriver => ({
  async makeUp(_, wish) {
    const { password, level } = core().suggestPassword.execute(wish);
    return { password: password.reveal(), level };
  },
  levelOf: async (_, password) => core().ratePassword.execute(new Secret(password)),
});

export const passwordsOverHttp = (ask: Ask): PasswordDriver => ({
  async makeUp(from, wish) {
    const made = (await ask(from, 'POST', '/passwords', { expects: 200, json: wish })).json();
    assert.deepEqual(Object.keys(made), ['password', 'level']);
    return made;
  },
  async levelOf(from, password) {
    const rated = (await ask(from, 'POST', '/passwords/level', { expects: 200, json: { password } })).json();
    assert.deepEqual(Object.keys(rated), ['level']);
    return rated.level;
  },
});
