import { hashRaw } from '@node-rs/argon2';
import type { Argon2Engine } from './argon2-engine.ts';

/** `Algorithm.Argon2id`: their enum exists for the compiler alone, and has no value where types are only left out. */
const ARGON2ID = 2;

/** The implementation in Rust, by the npm package `@node-rs/argon2`. */
export const rustArgon2: Argon2Engine = ({ typed, salt, params, hashBytes }) => {
  const { memoryKib: memoryCost, timeCost, parallelism } = params;
  return hashRaw(typed, { algorithm: ARGON2ID, memoryCost, timeCost, parallelism, outputLen: hashBytes, salt });
};
