import { type CompiledQuery, type Dialect, Kysely } from 'kysely';
import type { Database, Schema } from './schema.ts';

/** Receives the kind (`select`, `insert`, …) and the duration in ms of each query. */
export type QueryObserver = (kind: string, durationMs: number) => void;

export const openDatabase = (dialect: Dialect, onQuery: QueryObserver | undefined): Database => {
  if (onQuery === undefined) return new Kysely<Schema>({ dialect });
  return new Kysely<Schema>({
    dialect,
    log: ({ query, queryDurationMillis }) => onQuery(kindOf(query), queryDurationMillis),
  });
};

const kinds = new Map<string, string>();

/** `select` of `SelectQueryNode`. */
export const kindOf = ({ query }: CompiledQuery): string => {
  let kind = kinds.get(query.kind);
  if (kind === undefined) {
    kind = query.kind.replace(/QueryNode$|Node$/, '').toLowerCase();
    kinds.set(query.kind, kind);
  }
  return kind;
};
