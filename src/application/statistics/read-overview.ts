import type { Caller } from '../../domain/access/caller.ts';
import type { LicenseSnapshot } from '../../domain/license/license-snapshot.ts';
import { VALIDATION_DETAILS, type ValidationCode } from '../../domain/license/license-validation.ts';
import { DAY_MS, Instant } from '../../domain/shared/instant.ts';
import type { DailyCount } from '../../ports/daily-counts.ts';
import type { Ports } from '../../ports/ports.ts';
import type { UserRecordView } from '../../ports/user-queries.ts';
import { UseCase } from '../use-case.ts';

/** Of the counts, with today, and of the expiries ahead. */
const DAYS = 30;

const MAX_EXPIRING = 5;

/** Further ones are not counted. */
export const MAX_QUEUED = 1_000;

/** How long an overview is kept. */
const MAX_AGE_MS = 5_000;

/** All that a validation can answer, in order of precedence. */
export const VALIDATION_CODES = Object.keys(VALIDATION_DETAILS) as readonly ValidationCode[];

/** @property counts by their names; absent: none */
export type DayOfCounts = Readonly<{ day: string; counts: Readonly<Partial<Record<DailyCount['name'], number>>> }>;

/** A license that expires soon. @property owner `undefined`: deleted */
type ExpiringLicense = Readonly<{ license: LicenseSnapshot; owner: UserRecordView | undefined }>;

/** The state of the whole service. */
export type Overview = Readonly<{
  /** When it was read. */
  at: Instant;
  /** With today; each is there, oldest first. */
  days: readonly DayOfCounts[];
  /** The active licenses that expire next, all before `endsBefore`. */
  ends: readonly ExpiringLicense[];
  endsBefore: Instant;
  /** At most {@link MAX_QUEUED} + 1. */
  queuedEmails: number;
  /** Audit entries without a seal; `undefined`: not for this caller. */
  unsealed: number | undefined;
  /** Of the store. */
  problems: readonly string[];
}>;

type Deps = Pick<Ports, 'clock' | 'dailyCounts' | 'licenseQueries' | 'userQueries' | 'auditQueries' | 'storeHealth'>;

/**
 * Reads the overview of the console. It is kept for five seconds, and until then each caller with the same access gets the
 * same object.
 */
export class ReadOverview extends UseCase<Deps> {
  /** By whether the audit log is in it. All else is the same for every caller. */
  readonly #kept = new Map<boolean, Readonly<{ from: Instant; until: Instant; overview: Promise<Overview> }>>();

  /** @throws {DomainError} access.unauthenticated: also for a token, which may be for some products only | access.forbidden */
  async execute({ caller }: Readonly<{ caller: Caller }>): Promise<Overview> {
    caller.require('licenses:read');
    caller.require('users:read');
    caller.requireSession();
    const at = this.deps.clock.now();
    const hasAudit = caller.has('audit:read');
    const kept = this.#kept.get(hasAudit);
    // A clock that is set back does not keep it for longer.
    if (kept !== undefined && kept.from <= at && at < kept.until) return kept.overview;
    // Requests that arrive while it is read wait for the same one.
    const overview = this.#read(at, hasAudit);
    this.#kept.set(hasAudit, { from: at, until: Instant.plusMs(at, MAX_AGE_MS), overview });
    try {
      return await overview;
    } catch (cause) {
      this.#kept.delete(hasAudit);
      throw cause;
    }
  }

  async #read(at: Instant, hasAudit: boolean): Promise<Overview> {
    const { dailyCounts, auditQueries, storeHealth } = this.deps;
    const endsBefore = Instant.plusMs(at, DAYS * DAY_MS);
    const [days, ends, queuedEmails, chain, problems] = await Promise.all([
      this.#days(at),
      this.#expiring(at, endsBefore),
      dailyCounts.countQueuedEmails(MAX_QUEUED + 1),
      hasAudit ? auditQueries.readChain() : undefined,
      storeHealth.problems(),
    ]);
    return { at, days, ends, endsBefore, queuedEmails, unsealed: chain?.unsealed, problems };
  }

  async #days(at: Instant): Promise<readonly DayOfCounts[]> {
    const days = Array.from({ length: DAYS }, (_, index) =>
      Instant.formatDay(Instant.plusMs(at, (index + 1 - DAYS) * DAY_MS)),
    );
    const today = Instant.formatDay(at);
    const found = Map.groupBy(await this.deps.dailyCounts.listBetween(days[0] ?? today, today), ({ day }) => day);
    return days.map((day) => ({
      day,
      counts: Object.fromEntries((found.get(day) ?? []).map(({ name, count }) => [name, count])),
    }));
  }

  async #expiring(at: Instant, expiresBefore: Instant): Promise<readonly ExpiringLicense[]> {
    const { licenseQueries, userQueries } = this.deps;
    const licenses = await licenseQueries.list({ at, limit: MAX_EXPIRING, status: 'active', expiresBefore });
    const ids = [...new Set(licenses.map(({ userId }) => userId))];
    const owners = ids.length === 0 ? [] : await userQueries.listByIds(ids);
    return licenses.map((license) => ({ license, owner: owners.find(({ id }) => id === license.userId) }));
  }
}
