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

/** Entries with times this far apart have the order of their ids and of their numbers, if clocks were right. Unit: ms. */
export const DISORDER_MS = 3_600_000;

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
export const sealAfter = ({ seq, hash }: ChainEnd, entry: AuditEntry, sha256: Sha256, sealedAt: Instant): Seal => {
  const place = { seq: seq + 1, prev: hash };
  return { ...place, hash: sha256(placedText(entry, place)), sealedAt };
};

/**
 * The canonical text of an entry at its place, where the entry has the form in which it was written.
 *
 * perf: canonical JSON has `prev` after `id`, and `seq` before `subject`. Written there they take 0.4 µs in place of 8 µs,
 * of the 25 µs that sealing an entry costs.
 */
const placedText = ({ id, text }: AuditEntry, { seq, prev }: Pick<Seal, 'seq' | 'prev'>): string => {
  const own = `"id":"${id}"`;
  const beforeSubject = text.lastIndexOf(',"subject":{');
  const afterId = text.lastIndexOf(own, beforeSubject) + own.length;
  return `${text.slice(0, afterId)},"prev":"${prev}"${text.slice(afterId, beforeSubject)},"seq":${seq}${text.slice(beforeSubject)}`;
};
