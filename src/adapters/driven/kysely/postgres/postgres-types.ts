import { types } from 'pg';
import { Instant } from '../../../../domain/shared/instant.ts';

/** Type ids of PostgreSQL. */
const OID = { int8: 20, json: 114, timestamptz: 1184, jsonb: 3802 };

const FORM = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/;

/**
 * Converts a `timestamptz` to an instant of the domain, whatever the time zone of the session: behind a pooler a setting
 * of the session may be another client's. Other values (`infinity`) are returned unchanged, and the row is rejected.
 */
export const instantOf = (text: string): string => {
  if (text.endsWith('+00') && text[4] === '-') {
    return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`;
  }
  const [, year, month, day, hour, minute, second, fraction = '', sign, ...offset] = FORM.exec(text) ?? [];
  if (year === undefined) return text;
  const fullYear = year.length === 4 ? year : `+${year.padStart(6, '0')}`;
  // Not Date.UTC, which takes the years 0 to 99 for those of the last century.
  const local = Date.parse(`${fullYear}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const [hours = 0, minutes = 0, seconds = 0] = offset.map((part = '0') => Number(part));
  const ahead = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  return Instant.fromEpochMs(local + ms - (sign === '-' ? -ahead : ahead));
};

const unchanged = (text: string): string => text;

const PARSERS = new Map<number, (text: string) => unknown>([
  [OID.int8, Number],
  // Rows hold JSON as text on every database; the repositories parse it.
  [OID.json, unchanged],
  [OID.jsonb, unchanged],
  [OID.timestamptz, instantOf],
]);

/** Parsers of column values for pg. */
export const postgresTypes = {
  // biome-ignore lint/suspicious/noExplicitAny: as pg declares it
  getTypeParser: (oid: number, format: any = 'text'): any =>
    (format === 'text' ? PARSERS.get(oid) : undefined) ?? types.getTypeParser(oid, format),
};
