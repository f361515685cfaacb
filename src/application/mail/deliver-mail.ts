import { LicenseId } from '../../domain/license/license-id.ts';
import { latestEnd } from '../../domain/shared/clock-skew.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { Outbox, OutgoingEmail, QueuedEmail } from '../../ports/outbox.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import type { Attempt, Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import type { RenderEmail } from './render-email.ts';

/** Maximum number of emails of one run, so that a run ends and its result is reported. */
const BATCH_SIZE = 100;
/** Renewed while the email is being sent. After it, another worker retries the emails of a dead one. */
const LEASE_MS = 60_000;
const FIRST_RETRY_MS = 30_000;
const MAX_RETRY_MS = 6 * 3_600_000;
/** About three days with the delays above. Then the email is dead-lettered. */
const MAX_ATTEMPTS = 20;

/** Number of emails by result. */
export type Delivery = Readonly<{ sent: number; dropped: number; postponed: number; deadLettered: number }> &
  Readonly<{
    /** Ids of unreadable emails. They are also counted as postponed or dead-lettered. */
    unreadable: readonly string[];
  }>;

type Claim = QueuedEmail & Readonly<{ lease: Instant }>;

type Settlement = Readonly<{
  result: keyof Omit<Delivery, 'unreadable'>;
  settle: (stores: Stores) => Promise<void>;
}>;

/** Sends due emails. Each is sent at least once: a crash may cause a second copy, never a loss. */
export class DeliverMail extends UseCase<
  Pick<Ports, 'unitOfWork' | 'mailer' | 'clock'> & { renderEmail: RenderEmail; throttle: Throttle }
> {
  /** Ends of the leases of emails that are being sent, by id. */
  readonly #leases = new Map<string, Instant>();

  /**
   * Sends one email after the other. Each is claimed when the one before is settled, so a worker that dies delays one.
   * @param isStopping when true, no further email is claimed
   * @returns `errors`: faults of the program. Their emails stay leased and are retried
   */
  async execute(isStopping: () => boolean = () => false): Promise<Delivery & Readonly<{ errors: readonly unknown[] }>> {
    const { unitOfWork } = this.deps;
    const delivery = { sent: 0, dropped: 0, postponed: 0, deadLettered: 0 };
    const unreadable: string[] = [];
    const errors: unknown[] = [];
    let claimed = await unitOfWork.run(({ outbox }) => this.#claim(outbox));
    for (let count = 1; claimed !== undefined; count += 1) {
      if (claimed.email === undefined) unreadable.push(claimed.id);
      this.#leases.set(claimed.id, claimed.lease);
      const settlement = await this.#deliver(claimed).catch((error) => {
        // Not a failure of the transport. The others do not wait for this email.
        errors.push(error);
        return undefined;
      });
      this.#leases.delete(claimed.id);
      const goesOn = count < BATCH_SIZE && !isStopping();
      claimed = await unitOfWork.run(async (stores) => {
        await settlement?.settle(stores);
        return goesOn ? this.#claim(stores.outbox) : undefined;
      });
      if (settlement !== undefined) delivery[settlement.result] += 1;
    }
    return { ...delivery, unreadable, errors };
  }

  /** To be called several times within a lease: a mail server may take ten minutes to reply (RFC 5321, 4.5.3.2.6). */
  async renewLeases(): Promise<void> {
    if (this.#leases.size === 0) return;
    const until = Instant.plusMs(this.deps.clock.now(), LEASE_MS);
    const leases = [...this.#leases];
    const kept = await this.deps.unitOfWork.run(({ outbox }) =>
      Promise.all(leases.map(([id, lease]) => outbox.renew(id, lease, until))),
    );
    for (const [index, [id]] of leases.entries()) if (kept[index] && this.#leases.has(id)) this.#leases.set(id, until);
  }

  async #claim(outbox: Outbox): Promise<Claim | undefined> {
    const at = this.deps.clock.now();
    const [lease, latestDue] = [Instant.plusMs(at, LEASE_MS), latestEnd(Math.max(LEASE_MS, MAX_RETRY_MS), at)];
    const [queued] = await outbox.claim({ at, leaseUntil: lease, latestDue, limit: 1 });
    return queued && { ...queued, lease };
  }

  async #deliver(queued: QueuedEmail): Promise<Settlement> {
    const { id, email } = queued;
    const { renderEmail, mailer, clock } = this.deps;
    if (email === undefined) return this.#failed(queued, 'It cannot be read');
    const rendered = await renderEmail.execute(email);
    if (rendered === undefined) return { result: 'dropped', settle: (stores) => this.#drop(stores, id, email) };
    try {
      await mailer.send(rendered.mail, isRenderedAnew(email) ? `${id}.${Instant.epochMs(clock.now())}` : id);
      return { result: 'sent', settle: (stores) => this.#sent(stores, id, rendered.limit) };
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      return this.#failed(queued, error.message, error.code === 'mail.refused');
    }
  }

  async #sent(stores: Stores, id: string, limit: Attempt | undefined): Promise<void> {
    const { throttle, clock } = this.deps;
    if (limit !== undefined) await throttle.countAndCompare(stores, limit, clock.now());
    await stores.outbox.done(id);
  }

  async #drop({ outbox, licenses }: Stores, id: string, email: OutgoingEmail): Promise<void> {
    if (email.kind === 'license-expiry' && email.days !== undefined) {
      const { expiresAt, days } = email;
      // After a reinstatement, an unban or a return to this end it is due again.
      await licenses.removeNotice({ licenseId: LicenseId.parse(email.licenseId), expiresAt, days });
    }
    await outbox.done(id);
  }

  #failed({ id, attempts }: QueuedEmail, reason: string, isPermanent = false): Settlement {
    const isLast = isPermanent || attempts + 1 >= MAX_ATTEMPTS;
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** attempts, MAX_RETRY_MS);
    const until = isLast ? undefined : Instant.plusMs(this.deps.clock.now(), delayMs);
    return {
      result: isLast ? 'deadLettered' : 'postponed',
      settle: ({ outbox }) => outbox.postpone(id, until, reason),
    };
  }
}

// Each attempt has a new token. With the same id a transport could keep the first copy, whose token may be void: that of a
// reset or of an address is replaced by the next one. Tokens of a registration or a cancellation are good beside each other.
const isRenderedAnew = (email: OutgoingEmail): boolean =>
  ['confirm-registration', 'confirm-address', 'address-change-requested', 'staff-invitation'].includes(email.kind) ||
  (email.kind === 'password-reset' && email.token === undefined);
