import { setTimeout as wait } from 'node:timers/promises';

/** The writes that the service has acknowledged, and the emails that the SMTP server has received. */
export class AcknowledgedWrites {
  /** Users created by the administrator, without an email. */
  readonly created = new Set<string>();
  /** Registered users; a welcome email is queued for each. */
  readonly registered = new Set<string>();
  readonly machines = new Set<string>();
  /** Number of copies of the email that each address has received. */
  readonly emails = new Map<string, number>();

  get acknowledged(): number {
    return this.created.size + this.registered.size + this.machines.size;
  }

  /** Waits for at least one more write of each kind. */
  async waitForMore(): Promise<void> {
    const kinds = [this.created, this.registered, this.machines];
    const before = kinds.map(({ size }) => size);
    while (kinds.some(({ size }, index) => size === before[index])) await wait(1);
  }

  addEmail(address: string): void {
    this.emails.set(address, (this.emails.get(address) ?? 0) + 1);
  }
}

/** Prefix of the addresses of registered users, the only ones that receive an email. */
export const REGISTERED = 'registered-';
