import type { Mail, Mailer } from '../../src/ports/mailer.ts';
import { PortError } from '../../src/ports/port-error.ts';

/** A mailer that stores sent emails, each once. It can be switched to fail. */
export class MemoryMailer implements Mailer {
  readonly #sent = new Map<string, Mail>();
  readonly #rejected = new Set<string>();
  #isDown = false;

  async send(mail: Mail, id: string): Promise<void> {
    if (this.#isDown) throw new PortError('mail.unavailable', 'The mail server is down');
    if (this.#rejected.has(mail.to)) throw new PortError('mail.refused', 'The mail server rejects this address');
    if (!this.#sent.has(id)) this.#sent.set(id, mail);
  }

  /** Oldest first. */
  get sent(): readonly Readonly<{ id: string; mail: Mail }>[] {
    return [...this.#sent].map(([id, mail]) => ({ id, mail }));
  }

  goDown(): void {
    this.#isDown = true;
  }

  comeBack(): void {
    this.#isDown = false;
  }

  /** Rejects every email to `address` from now on. */
  rejectMailTo(address: string): void {
    this.#rejected.add(address);
  }
}
