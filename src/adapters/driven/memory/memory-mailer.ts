import type { Mail, Mailer } from '../../../ports/mailer.ts';
import { PortError } from '../../../ports/port-error.ts';

/** A post that keeps what it "sent", each letter once, and that can be closed like a real one. */
export class MemoryMailer implements Mailer {
  readonly #sent = new Map<string, Mail>();
  readonly #refused = new Set<string>();
  #isClosed = false;

  async send(mail: Mail, id: string): Promise<void> {
    if (this.#isClosed) throw new PortError('mail.unavailable', 'The post is closed');
    if (this.#refused.has(mail.to)) throw new PortError('mail.refused', 'The post knows nobody of this address');
    if (!this.#sent.has(id)) this.#sent.set(id, mail);
  }

  /** Oldest first. */
  get sent(): readonly Readonly<{ id: string; mail: Mail }>[] {
    return [...this.#sent].map(([id, mail]) => ({ id, mail }));
  }

  goDown(): void {
    this.#isClosed = true;
  }

  comeBack(): void {
    this.#isClosed = false;
  }

  /** From now on, whatever is written to `address` comes back. */
  rejectMailTo(address: string): void {
    this.#refused.add(address);
  }
}
