import { createRequire } from 'node:module';
import type { Argon2Params } from './argon2-params.ts';

/** Computes argon2id, version 19. All engines return the same bytes and differ in speed. */
export type Argon2Engine = (
  input: Readonly<{ password: Buffer; salt: Buffer; params: Argon2Params; hashBytes: number }>,
) => Promise<Buffer>;

const require = createRequire(import.meta.url);

/** `Algorithm.Argon2id` of @node-rs/argon2: a const enum, which does not exist at run time. */
const ARGON2ID = 2;

/** Each loads its library, and throws where the native binary cannot be loaded. */
export const ENGINE_LOADERS = {
  /** The implementation in Rust: twice as fast. */
  'node-rs': (): Argon2Engine => {
    const { hashRaw }: typeof import('@node-rs/argon2') = require('@node-rs/argon2');
    return ({ password, salt, params, hashBytes }) => {
      const { memoryKib: memoryCost, timeCost, parallelism } = params;
      return hashRaw(password, { algorithm: ARGON2ID, memoryCost, timeCost, parallelism, outputLen: hashBytes, salt });
    };
  },
  /** The reference implementation in C. */
  argon2: (): Argon2Engine => {
    const { argon2id: type, hash }: typeof import('argon2') = require('argon2');
    return ({ password, salt, params, hashBytes }) => {
      const { memoryKib: memoryCost, timeCost, parallelism } = params;
      return hash(password, { type, memoryCost, timeCost, parallelism, hashLength: hashBytes, salt, raw: true });
    };
  },
} as const;

export type Argon2EngineName = keyof typeof ENGINE_LOADERS | 'auto';

/**
 * @param name `auto`: node-rs, or argon2 where the binary of node-rs cannot be loaded
 * @throws {Error} the library cannot be loaded
 */
export const loadArgon2Engine = (
  name: Argon2EngineName,
  loaders: Readonly<Record<keyof typeof ENGINE_LOADERS, () => Argon2Engine>> = ENGINE_LOADERS,
): Argon2Engine => {
  const names = name === 'auto' ? (['node-rs', 'argon2'] as const) : [name];
  const errors: unknown[] = [];
  for (const candidate of names) {
    try {
      return loaders[candidate]();
    } catch (error) {
      errors.push(error);
    }
  }
  const cause = errors.length === 1 ? errors[0] : new AggregateError(errors);
  throw new Error(`ARGON2_ENGINE=${name}: the library cannot be loaded`, { cause });
};
