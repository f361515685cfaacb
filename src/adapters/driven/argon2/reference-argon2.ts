import { argon2id, hash } from 'argon2';
import type { Argon2Engine } from './argon2-engine.ts';

/** The reference implementation in C, by the npm package `argon2`. */
export const referenceArgon2: Argon2Engine = ({ typed, salt, params, hashBytes }) => {
  const { memoryKib: memoryCost, timeCost, parallelism } = params;
  return hash(typed, { type: argon2id, memoryCost, timeCost, parallelism, hashLength: hashBytes, salt, raw: true });
};
