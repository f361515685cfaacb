import type { RecordValidations } from '../../../application/license/record-validations.ts';
import type { DeliverMail, Delivery } from '../../../application/mail/deliver-mail.ts';
import type { PurgeExpired } from '../../../application/system/purge-expired.ts';

const MAIL_EVERY_MS = 500;
const VALIDATIONS_EVERY_MS = 5_000;
const PURGE_EVERY_MS = 3_600_000;

type Job = { run: () => Promise<unknown>; everyMs: number };

/** What goes on while nobody asks: letters leave, validations are written down, and what has ended goes. */
export class BackgroundWorker {
  readonly #jobs: readonly Job[];
  readonly #onFailure: (error: unknown) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #running: Promise<unknown>[] = [];
  #isStopped = false;

  constructor(deps: {
    deliverMail: DeliverMail;
    purgeExpired: PurgeExpired;
    recordValidations: RecordValidations;
    onDelivery: (delivery: Delivery) => void;
    onFailure: (error: unknown) => void;
  }) {
    this.#jobs = [
      { run: async () => deps.onDelivery(await deps.deliverMail.execute()), everyMs: MAIL_EVERY_MS },
      { run: () => deps.recordValidations.execute(), everyMs: VALIDATIONS_EVERY_MS },
      { run: () => deps.purgeExpired.execute(), everyMs: PURGE_EVERY_MS },
    ];
    this.#onFailure = deps.onFailure;
  }

  start(): void {
    for (const job of this.#jobs) this.#schedule(job);
  }

  /** Waits for what is under way; nothing new begins. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  // The next round is set only after the last one ended, so a slow post is never asked twice at once.
  #schedule(job: Job): void {
    if (this.#isStopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const round = job
        .run()
        .catch(this.#onFailure)
        .then(() => {
          this.#running = this.#running.filter((other) => other !== round);
          this.#schedule(job);
        });
      this.#running.push(round);
    }, job.everyMs);
    this.#timers.add(timer);
  }
}
