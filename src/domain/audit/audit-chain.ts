import { canonicalJson } from '../shared/canonical-json.ts';
import type { Instant } from '../shared/instant.ts';
import type { AuditEntry } from './audit-entry.ts';

/** SHA-256 of the UTF-8 of a text, in 64 lower-case hex digits. */
export type Sha256 = (text: string) => string;

/** An entry of the chain by its number, and its hash. */
export type ChainPoint = Readonly<{ seq: number; hash: string }>;

/**
 * An end of the chain: `head`, the last sealed entry, or `anchor`, the last one that was removed.
 * @property at the time of that entry; `undefined` where the chain has had none
 */
export type ChainEnd = ChainPoint & Readonly<{ at: Instant | undefined }>;

/** Both ends of a chain without entries. */
export const CHAIN_START: ChainEnd = { seq: 0, hash: '0'.repeat(64), at: undefined };

/**
 * The place of an entry in the chain.
 * @property seq from 1 on, without gaps, in the order of sealing
 * @property prev hash of the entry before
 */
export type Seal = Readonly<{ seq: number; prev: string; hash: string; sealedAt: Instant }>;

/**
 * The hash of an entry at its place in the chain.
 * @param text JSON of the entry; its form does not matter
 */
export const chainedHash = (text: string, { seq, prev }: Pick<Seal, 'seq' | 'prev'>, sha256: Sha256): string =>
  sha256(canonicalJson({ ...JSON.parse(text), seq, prev }));

/** @returns the seal of the entry that follows `end` */
export const sealAfter = ({ seq, hash }: ChainEnd, { text }: AuditEntry, sha256: Sha256, sealedAt: Instant): Seal => {
  const place = { seq: seq + 1, prev: hash };
  return { ...place, hash: chainedHash(text, place, sha256), sealedAt };
};
