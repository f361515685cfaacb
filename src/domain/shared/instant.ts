import type { Brand } from './brand.ts';
import { DomainError } from './domain-error.ts';

/** A moment in UTC, ISO 8601 with milliseconds: `2026-03-01T09:00:00.000Z`. Text order is time order. */
export type Instant = Brand<string, 'Instant'>;

const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** `Date` takes 30 February for 2 March, and then text order would not be time order. */
const isOnTheCalendar = (raw: string): boolean => {
  const ms = Date.parse(raw);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === raw;
};

export const Instant = {
  /** @throws {DomainError} instant.malformed */
  parse(raw: string): Instant {
    if (!Instant.isOne(raw)) {
      throw new DomainError('instant.malformed', `Not a UTC instant with milliseconds: "${raw}"`);
    }
    return raw;
  },

  isOne(raw: string): raw is Instant {
    return FORM.test(raw) && isOnTheCalendar(raw);
  },

  fromEpochMs(ms: number): Instant {
    return new Date(ms).toISOString() as Instant;
  },

  epochMs(at: Instant): number {
    return Date.parse(at);
  },

  /** The second that `at` is in. */
  wholeSecond(at: Instant): Instant {
    return `${at.slice(0, 19)}.000Z` as Instant;
  },

  plusMs(from: Instant, ms: number): Instant {
    return Instant.fromEpochMs(Date.parse(from) + ms);
  },

  /** Milliseconds from `from` to `to`; negative if `to` came first. */
  msBetween(from: Instant, to: Instant): number {
    return Date.parse(to) - Date.parse(from);
  },
};
