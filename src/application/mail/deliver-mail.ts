import { Instant } from '../../domain/shared/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Mailer } from '../../ports/mailer.ts';
import type { WaitingLetter } from '../../ports/outbox.ts';
import { PortError } from '../../ports/port-error.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { WriteLetter } from './write-letter.ts';

const BATCH = 20;
/** Longer than a whole batch can take at a post that answers drop by drop. */
const LEASE_MS = 15 * 60_000;
const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 6 * 3_600_000;
/** With the waits above, about three days; then a person has to look. */
const MOST_ATTEMPTS = 20;

export type Delivery = Readonly<{ sent: number; dropped: number; postponed: number; givenUp: number }>;

/** Sends what is due. Each letter arrives at least once: after a crash a second copy is possible, silence is not. */
export class DeliverMail {
  readonly #deps: { unitOfWork: UnitOfWork; writeLetter: WriteLetter; mailer: Mailer; clock: Clock };

  constructor(deps: { unitOfWork: UnitOfWork; writeLetter: WriteLetter; mailer: Mailer; clock: Clock }) {
    this.#deps = deps;
  }

  async execute(): Promise<Delivery> {
    const at = this.#deps.clock.now();
    const due = await this.#deps.unitOfWork.run(({ outbox }) =>
      outbox.claim({ at, leaseUntil: Instant.plusMs(at, LEASE_MS), limit: BATCH }),
    );
    const delivery = { sent: 0, dropped: 0, postponed: 0, givenUp: 0 };
    const faults: unknown[] = [];
    for (const letter of due) {
      try {
        delivery[await this.#deliver(letter)] += 1;
      } catch (fault) {
        // Ours, not the post's. It stays leased and is tried again later; the others must not wait for it.
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
    return delivery;
  }

  async #deliver({ id, letter, attempts }: WaitingLetter): Promise<keyof Delivery> {
    const { unitOfWork, writeLetter, mailer, clock } = this.#deps;
    const mail = await writeLetter.execute(letter);
    if (mail !== undefined) {
      try {
        await mailer.send(mail, copyId({ id, letter, attempts }));
      } catch (error) {
        if (!(error instanceof PortError)) throw error;
        const isHopeless = error.code === 'mail.refused' || attempts + 1 >= MOST_ATTEMPTS;
        const wait = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS);
        const until = isHopeless ? undefined : Instant.plusMs(clock.now(), wait);
        await unitOfWork.run(({ outbox }) => outbox.postpone(id, until, error.message));
        return isHopeless ? 'givenUp' : 'postponed';
      }
    }
    await unitOfWork.run(({ outbox }) => outbox.done(id));
    return mail === undefined ? 'dropped' : 'sent';
  }
}

// A reset letter is written anew at each attempt, with another token. Under one name a careful post would keep the
// first copy, whose token the second has voided.
const copyId = ({ id, letter, attempts }: WaitingLetter): string =>
  letter.kind === 'password-reset' && letter.token === undefined ? `${id}.${attempts}` : id;
