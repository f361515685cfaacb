import { Instant } from '../shared/instant.ts';
import type { ChainPoint, Seal } from './audit-chain.ts';

/** Data of the client beside an entry, until they are erased. */
type Client = Readonly<{ ip?: string | undefined; userAgent?: string | undefined }>;

/**
 * An entry as clients read it: its text, and what was added when it was sealed. Absent fields are `undefined`.
 * @param text JSON of the entry
 */
export const entryJson = (text: string, seal: Seal | undefined, { ip, userAgent: user_agent }: Client) => ({
  ...JSON.parse(text),
  ...(seal === undefined ? {} : sealJson(seal)),
  ip,
  user_agent,
});

const sealJson = ({ seq, prev, hash, sealedAt }: Seal) => ({ seq, prev, hash, sealed_at: Instant.format(sealedAt) });

/** The first line of an exported file: the entry before the first one in it. */
export const anchorLine = ({ seq, hash }: ChainPoint): string => `${JSON.stringify({ anchor: { seq, hash } })}\n`;

export const entryLine = (...record: Parameters<typeof entryJson>): string =>
  `${JSON.stringify(entryJson(...record))}\n`;

/** The last line of an exported file. A file without it is not complete. */
export const headLine = ({ seq, hash }: ChainPoint): string =>
  `${JSON.stringify({ head: { seq, hash }, complete: true })}\n`;

/** A line of an exported file. `undefined`: it is none. */
export type AuditFileLine =
  | Readonly<{ kind: 'anchor' | 'head'; end: ChainPoint }>
  | Readonly<{ kind: 'entry'; text: string; seal: Seal }>
  | undefined;

export const parseAuditLine = (line: string): AuditFileLine => {
  const json = parseObject(line);
  if (json === undefined) return undefined;
  const { anchor, head, complete, ...others } = json;
  if (Object.keys(others).length === 0) {
    if (anchor !== undefined && head === undefined) return endOf('anchor', anchor);
    return complete === true ? endOf('head', head) : undefined;
  }
  const { seq, prev, hash, sealed_at: sealedAt, ip, user_agent, ...entry } = json;
  const seal = { seq: Number(seq), prev: String(prev), hash: String(hash), sealedAt: sealedAt as Instant };
  return { kind: 'entry', text: JSON.stringify(entry), seal };
};

const endOf = (kind: 'anchor' | 'head', raw: unknown): AuditFileLine => {
  const { seq, hash } = (raw ?? {}) as { seq?: unknown; hash?: unknown };
  return { kind, end: { seq: Number(seq), hash: String(hash) } };
};

const parseObject = (line: string): Record<string, unknown> | undefined => {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    return undefined;
  }
};
