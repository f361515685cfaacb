import type { RecordValidations } from '../../../application/license/record-validations.ts';
import type { DeliverMail, Delivery } from '../../../application/mail/deliver-mail.ts';
import type { PurgeExpired } from '../../../application/system/purge-expired.ts';

const MAIL_EVERY_MS = 500;
const VALIDATIONS_EVERY_MS = 5_000;
const PURGE_EVERY_MS = 3_600_000;
/** A store that is down is not asked more often than this, and fills no log. */
const LONGEST_RETRY_MS = 60_000;

/** Letters on their way at a time: as many as the post is called with at once. */
const MAILS_AT_ONCE = 4;

/** Of a round; the first since one of the same work came to a good end, or one more. */
type Failure = Readonly<{ error: unknown; isFirst: boolean }>;

type Job = {
  run: () => Promise<unknown>;
  everyMs: number;
  /** Rounds that may go on at once: a slow one is joined by another. */
  mostRounds: number;
  rounds: number;
  failures: number;
  next: NodeJS.Timeout | undefined;
};

const job = (run: Job['run'], everyMs: number, mostRounds = 1): Job => ({
  run,
  everyMs,
  mostRounds,
  rounds: 0,
  failures: 0,
  next: undefined,
});

/**
 * What goes on while nobody asks: letters leave, validations are written down, and what has ended is thrown away. The
 * first round of each comes soon after the start, for what an earlier life left behind.
 */
export class BackgroundWorker {
  readonly #jobs: readonly Job[];
  readonly #firstMs: number;
  readonly #onFailure: (failure: Failure) => void;
  readonly #rounds = new Set<Promise<void>>();
  #isStopped = false;

  constructor(deps: {
    deliverMail: DeliverMail;
    purgeExpired: PurgeExpired;
    recordValidations: RecordValidations;
    onDelivery: (delivery: Delivery) => void;
    onFailure: (failure: Failure) => void;
    /** Pauses between two rounds. Unit: ms; half a second and an hour unless told. */
    mailEveryMs?: number;
    purgeEveryMs?: number;
  }) {
    const { deliverMail, purgeExpired, onDelivery, mailEveryMs = MAIL_EVERY_MS, purgeEveryMs = PURGE_EVERY_MS } = deps;
    this.#jobs = [
      job(async () => onDelivery(await deliverMail.execute(() => this.#isStopped)), mailEveryMs, MAILS_AT_ONCE),
      job(() => deps.recordValidations.execute(), VALIDATIONS_EVERY_MS),
      job(() => purgeExpired.execute(), purgeEveryMs),
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
    for (const { next } of this.#jobs) clearTimeout(next);
    await Promise.all(this.#rounds);
  }

  /** Sets the next round; there is one at most that is set and has not begun. */
  #schedule(job: Job, inMs: number): void {
    if (this.#isStopped) return;
    clearTimeout(job.next);
    job.next = setTimeout(() => {
      job.next = undefined;
      job.rounds += 1;
      const round = this.#run(job).finally(() => this.#rounds.delete(round));
      this.#rounds.add(round);
      if (job.rounds < job.mostRounds) this.#schedule(job, job.everyMs);
    }, inMs);
  }

  async #run(job: Job): Promise<void> {
    try {
      await job.run();
      job.rounds -= 1;
      job.failures = 0;
      if (job.next === undefined) this.#schedule(job, job.everyMs);
    } catch (error) {
      job.rounds -= 1;
      this.#onFailure({ error, isFirst: job.failures === 0 });
      const retryMs = job.everyMs * 2 ** job.failures;
      job.failures += 1;
      this.#schedule(job, Math.max(job.everyMs, Math.min(retryMs, LONGEST_RETRY_MS)));
    }
  }
}
