import type { RecordValidations } from '../../../application/license/record-validations.ts';
import type { DeliverMail, Delivery } from '../../../application/mail/deliver-mail.ts';
import type { PurgeExpired } from '../../../application/system/purge-expired.ts';

const MAIL_EVERY_MS = 500;
const VALIDATIONS_EVERY_MS = 5_000;
const PURGE_EVERY_MS = 3_600_000;
/** A store that is down is not asked more often than this, and fills no log. */
const LONGEST_RETRY_MS = 60_000;

type Job = { run: () => Promise<unknown>; everyMs: number };

/**
 * What goes on while nobody asks: letters leave, validations are written down, and what has ended is thrown away. The
 * first round of each comes soon after the start, for what an earlier life left behind.
 */
export class BackgroundWorker {
  readonly #jobs: readonly Job[];
  readonly #firstMs: number;
  readonly #onFailure: (error: unknown) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #rounds = new Set<Promise<void>>();
  #isStopped = false;

  constructor(deps: {
    deliverMail: DeliverMail;
    purgeExpired: PurgeExpired;
    recordValidations: RecordValidations;
    onDelivery: (delivery: Delivery) => void;
    onFailure: (error: unknown) => void;
    /** Pauses between two rounds. Unit: ms; half a second and an hour unless told. */
    mailEveryMs?: number;
    purgeEveryMs?: number;
  }) {
    const { deliverMail, purgeExpired, onDelivery, mailEveryMs = MAIL_EVERY_MS, purgeEveryMs = PURGE_EVERY_MS } = deps;
    this.#jobs = [
      { run: async () => onDelivery(await deliverMail.execute(() => this.#isStopped)), everyMs: mailEveryMs },
      { run: () => deps.recordValidations.execute(), everyMs: VALIDATIONS_EVERY_MS },
      { run: () => purgeExpired.execute(), everyMs: purgeEveryMs },
    ];
    this.#firstMs = Math.min(mailEveryMs, purgeEveryMs);
    this.#onFailure = deps.onFailure;
  }

  start(): void {
    for (const job of this.#jobs) this.#schedule(job, this.#firstMs);
  }

  /** Waits for what is under way; nothing new begins. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(this.#rounds);
  }

  // The next round is set only after the last one ended, so a slow post is never asked twice at once.
  #schedule(job: Job, inMs: number, failures = 0): void {
    if (this.#isStopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const round = this.#run(job, failures).finally(() => this.#rounds.delete(round));
      this.#rounds.add(round);
    }, inMs);
    this.#timers.add(timer);
  }

  async #run(job: Job, failures: number): Promise<void> {
    try {
      await job.run();
      this.#schedule(job, job.everyMs);
    } catch (error) {
      this.#onFailure(error);
      const retryMs = job.everyMs * 2 ** failures;
      this.#schedule(job, Math.max(job.everyMs, Math.min(retryMs, LONGEST_RETRY_MS)), failures + 1);
    }
  }
}
