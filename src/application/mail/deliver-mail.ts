import { Instant } from '../../domain/shared/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Mailer } from '../../ports/mailer.ts';
import type { Outbox, OutgoingEmail, QueuedEmail } from '../../ports/outbox.ts';
import { PortError } from '../../ports/port-error.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { RenderEmail } from './render-email.ts';

/** Letters a round takes at most, so that it ends and its figures are told. */
const BATCH_SIZE = 100;
/** Twice as long as the post may take for a letter. So long waits what somebody had in hand who died. */
const LEASE_MS = 60_000;
const FIRST_RETRY_MS = 30_000;
const MAX_RETRY_MS = 6 * 3_600_000;
/** With the waits above, about three days; then a person has to look. */
const MAX_ATTEMPTS = 20;

/** How many letters came to what. */
export type Delivery = Readonly<{ sent: number; dropped: number; postponed: number; deadLettered: number }> &
  Readonly<{
    /** Ids of those that nobody here can read. They were postponed or given up, and are counted there. */
    unreadable: readonly string[];
  }>;

/** How it went with one letter, and what the outbox has to be told of it. */
type Ending = Readonly<{ result: keyof Omit<Delivery, 'unreadable'>; settle: (outbox: Outbox) => Promise<void> }>;

/** Sends what is due. Each letter arrives at least once: after a crash a second copy is possible, silence is not. */
export class DeliverMail {
  readonly #deps: { unitOfWork: UnitOfWork; renderEmail: RenderEmail; mailer: Mailer; clock: Clock };

  constructor(deps: { unitOfWork: UnitOfWork; renderEmail: RenderEmail; mailer: Mailer; clock: Clock }) {
    this.#deps = deps;
  }

  /**
   * One letter after the other, each claimed when the one before is settled: a worker that dies keeps one waiting.
   * @param isStopping once it says so, no further letter is taken in hand
   */
  async execute(isStopping: () => boolean = () => false): Promise<Delivery> {
    const { unitOfWork } = this.#deps;
    const delivery = { sent: 0, dropped: 0, postponed: 0, deadLettered: 0 };
    const unreadable: string[] = [];
    const faults: unknown[] = [];
    let inHand = await unitOfWork.run(({ outbox }) => this.#claim(outbox));
    for (let taken = 1; inHand !== undefined; taken += 1) {
      if (inHand.email === undefined) unreadable.push(inHand.id);
      const ending = await this.#deliver(inHand).catch((fault) => {
        // Ours, not the post's. It stays leased and is tried again later; the others must not wait for it.
        faults.push(fault);
        return undefined;
      });
      const goesOn = taken < BATCH_SIZE && !isStopping();
      inHand = await unitOfWork.run(async ({ outbox }) => {
        await ending?.settle(outbox);
        return goesOn ? this.#claim(outbox) : undefined;
      });
      if (ending !== undefined) delivery[ending.result] += 1;
    }
    if (faults.length > 0) throw faults[0];
    return { ...delivery, unreadable };
  }

  async #claim(outbox: Outbox): Promise<QueuedEmail | undefined> {
    const at = this.#deps.clock.now();
    const [letter] = await outbox.claim({ at, leaseUntil: Instant.plusMs(at, LEASE_MS), limit: 1 });
    return letter;
  }

  async #deliver(waiting: QueuedEmail): Promise<Ending> {
    const { id, email } = waiting;
    const { renderEmail, mailer, clock } = this.#deps;
    if (email === undefined) return this.#triedInVain(waiting, 'It cannot be read');
    const mail = await renderEmail.execute(email);
    if (mail === undefined) return { result: 'dropped', settle: (outbox) => outbox.done(id) };
    try {
      await mailer.send(mail, isWrittenAnew(email) ? `${id}.${Instant.epochMs(clock.now())}` : id);
      return { result: 'sent', settle: (outbox) => outbox.done(id) };
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      return this.#triedInVain(waiting, error.message, error.code === 'mail.refused');
    }
  }

  #triedInVain({ id, attempts }: QueuedEmail, reason: string, isRefused = false): Ending {
    const isHopeless = isRefused || attempts + 1 >= MAX_ATTEMPTS;
    const wait = Math.min(FIRST_RETRY_MS * 2 ** attempts, MAX_RETRY_MS);
    const until = isHopeless ? undefined : Instant.plusMs(this.#deps.clock.now(), wait);
    return {
      result: isHopeless ? 'deadLettered' : 'postponed',
      settle: (outbox) => outbox.postpone(id, until, reason),
    };
  }
}

// At each attempt, with another token. Under one name a careful post would keep the first copy, whose token the second
// has voided.
const isWrittenAnew = (letter: OutgoingEmail): boolean =>
  letter.kind === 'password-reset' && letter.token === undefined;
