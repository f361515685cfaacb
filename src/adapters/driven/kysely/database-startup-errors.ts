import { PortError } from '../../../ports/port-error.ts';
import type { PostgresAddress } from './postgres/postgres-url.ts';

/** Whose database it is, without how to get in. */
export const placeOf = ({ host, port, database }: PostgresAddress): string => `${host}:${port}/${database}`;

/** Why the database could not be used; `undefined` where something else is wrong. */
export const postgresStartupError = (error: unknown, address: PostgresAddress): string | undefined => {
  const cause = error instanceof PortError && error.code === 'store.unavailable' ? error.cause : error;
  const { code = '', message = '' } = (cause ?? {}) as { code?: string; message?: string };
  const cannot = `The database ${placeOf(address)} cannot be used:`;
  if (code in FAULTS) return `${cannot} ${FAULTS[code]} (${code}).`;
  if (cause === error) return undefined;
  if (TLS.test(`${code} ${message}`)) return `${cannot} it has no TLS, or does not prove who it is.`;
  return `${cannot} ${code === '' ? 'it does not answer' : code}.`;
};

const TLS = /SSL|TLS|CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

const FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'nobody knows that host',
  EAI_AGAIN: 'nobody knows that host just now',
  ENOENT: 'there is no such socket',
  '28000': 'it lets nobody in by that name from here',
  '28P01': 'user or password is wrong, or the URL has none',
  '3D000': 'there is no database of that name',
  '3F000': 'there is no schema to make tables in; look at search_path',
  '42501': 'that user may not do it; it must own the database',
  '53300': 'it takes no more connections',
  '57P03': 'it is starting or stopping',
};
