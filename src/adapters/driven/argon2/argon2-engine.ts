import type { Argon2Params } from './argon2-params.ts';

/** A library that computes argon2id, version 19. They all come to the same bytes, and differ in how long they take. */
export type Argon2Engine = (
  work: Readonly<{ typed: Buffer; salt: Buffer; params: Argon2Params; hashBytes: number }>,
) => Promise<Buffer>;
