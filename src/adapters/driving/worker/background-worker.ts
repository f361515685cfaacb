import { setImmediate } from 'node:timers/promises';
import type { PurgeAuditLog } from '../../../application/audit/purge-audit-log.ts';
import type { SealAuditEntries } from '../../../application/audit/seal-audit-entries.ts';
import type { RecordValidations } from '../../../application/license/record-validations.ts';
import type { SendExpiryNotices } from '../../../application/license/send-expiry-notices.ts';
import type { DeliverMail, Delivery } from '../../../application/mail/deliver-mail.ts';
import type { RecordDailyCounts } from '../../../application/statistics/record-daily-counts.ts';
import type { PurgeExpired } from '../../../application/system/purge-expired.ts';
import type { RecordTokenUses } from '../../../application/token/record-token-uses.ts';
import type { NotifyLockedLogins } from '../../../application/user/notify-locked-logins.ts';

const MAIL_EVERY_MS = 500;
/** Validations and uses of API tokens. */
const RECORD_EVERY_MS = 5_000;
/** Entries are sealed within 2 s. */
const SEAL_EVERY_MS = 1_000;
/** All licenses that end within two weeks are read. */
const NOTICES_EVERY_MS = 600_000;
/** All licenses are read. */
const MEASURE_EVERY_MS = 1_800_000;
const PURGE_EVERY_MS = 3_600_000;
/** A third of a lease. */
const RENEW_LEASES_EVERY_MS = 20_000;
/** Maximum pause after failures. */
const MAX_RETRY_MS = 60_000;

/** As many as the mail transport has connections. */
const CONCURRENT_EMAILS = 4;

/** `isFirst`: the first since this job last succeeded. */
type Failure = Readonly<{ error: unknown; isFirst: boolean }>;

type Job = {
  run: () => Promise<unknown>;
  everyMs: number;
  /** A run that takes long is joined by the next one, up to this number. */
  maxRuns: number;
  runs: number;
  failures: number;
  next: NodeJS.Timeout | undefined;
};

const job = (run: Job['run'], everyMs: number, maxRuns = 1): Job => ({
  run,
  everyMs,
  maxRuns,
  runs: 0,
  failures: 0,
  next: undefined,
});

/**
 * Sends queued emails, notifies of locked log-ins, records validations, uses of API tokens and daily counts, seals audit entries and purges expired rows, in the
 * background. The first run of each job is soon after the start, for work that an earlier process left.
 */
export class BackgroundWorker {
  readonly #deliverMail: DeliverMail;
  readonly #jobs: readonly Job[];
  readonly #firstMs: number;
  readonly #onFailure: (failure: Failure) => void;
  readonly #running = new Set<Promise<void>>();
  #isStopped = false;
  #renewal: NodeJS.Timeout | undefined;
  #renewalFailures = 0;

  constructor(deps: {
    deliverMail: DeliverMail;
    purgeExpired: PurgeExpired;
    recordTokenUses: RecordTokenUses;
    notifyLockedLogins: NotifyLockedLogins;
    recordDailyCounts: RecordDailyCounts;
    purgeAuditLog: PurgeAuditLog;
    recordValidations: RecordValidations;
    sealAuditEntries: SealAuditEntries;
    sendExpiryNotices: SendExpiryNotices;
    onDelivery: (delivery: Delivery) => void;
    /** Called at each look with the number of audit entries that wait. */
    onUnsealed: (count: number) => void;
    onFailure: (failure: Failure) => void;
    /** Pause between two runs. Unit: ms; default: half a second and an hour. */
    mailEveryMs?: number;
    purgeEveryMs?: number;
  }) {
    const { deliverMail, purgeExpired, onDelivery, mailEveryMs = MAIL_EVERY_MS, purgeEveryMs = PURGE_EVERY_MS } = deps;
    this.#deliverMail = deliverMail;
    const isStopping = () => this.#isStopped;
    const pause = () => setImmediate();
    this.#jobs = [
      job(() => this.#deliver(onDelivery), mailEveryMs, CONCURRENT_EMAILS),
      job(() => deps.recordValidations.execute(), RECORD_EVERY_MS),
      job(() => deps.recordTokenUses.execute(), RECORD_EVERY_MS),
      job(() => deps.notifyLockedLogins.execute(), RECORD_EVERY_MS),
      job(() => deps.recordDailyCounts.execute(), RECORD_EVERY_MS),
      job(() => deps.recordDailyCounts.measure(pause, isStopping), MEASURE_EVERY_MS),
      job(() => deps.sendExpiryNotices.execute(pause, isStopping), NOTICES_EVERY_MS),
      job(() => deps.sealAuditEntries.execute(isStopping, deps.onUnsealed), SEAL_EVERY_MS),
      job(() => purgeExpired.execute(isStopping), purgeEveryMs),
      job(() => deps.purgeAuditLog.execute(isStopping), purgeEveryMs),
    ];
    this.#firstMs = Math.min(mailEveryMs, purgeEveryMs);
    this.#onFailure = deps.onFailure;
  }

  start(): void {
    for (const job of this.#jobs) this.#schedule(job, this.#firstMs);
    this.#renewal = setInterval(() => void this.#renewLeases(), RENEW_LEASES_EVERY_MS);
  }

  /** Waits for the runs in progress; no other begins. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { next } of this.#jobs) clearTimeout(next);
    await Promise.all(this.#running);
    clearInterval(this.#renewal);
  }

  /** Reports what was sent also where an email failed by a fault of the program. */
  async #deliver(onDelivery: (delivery: Delivery) => void): Promise<void> {
    const { errors, ...delivery } = await this.#deliverMail.execute(() => this.#isStopped);
    onDelivery(delivery);
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
  }

  /** Not a job: it goes on while the worker stops, and does not slow down after failures. */
  async #renewLeases(): Promise<void> {
    try {
      await this.#deliverMail.renewLeases();
      this.#renewalFailures = 0;
    } catch (error) {
      this.#onFailure({ error, isFirst: this.#renewalFailures === 0 });
      this.#renewalFailures += 1;
    }
  }

  /** Schedules the next run in place of one that was scheduled before. */
  #schedule(job: Job, inMs: number): void {
    if (this.#isStopped) return;
    clearTimeout(job.next);
    job.next = setTimeout(() => {
      job.next = undefined;
      job.runs += 1;
      const run = this.#run(job).finally(() => this.#running.delete(run));
      this.#running.add(run);
      if (job.runs < job.maxRuns) this.#schedule(job, job.everyMs);
    }, inMs);
  }

  async #run(job: Job): Promise<void> {
    try {
      await job.run();
      job.runs -= 1;
      job.failures = 0;
      if (job.next === undefined) this.#schedule(job, job.everyMs);
    } catch (error) {
      job.runs -= 1;
      this.#onFailure({ error, isFirst: job.failures === 0 });
      const retryMs = job.everyMs * 2 ** job.failures;
      job.failures += 1;
      this.#schedule(job, Math.max(job.everyMs, Math.min(retryMs, MAX_RETRY_MS)));
    }
  }
}
