import { setTimeout as wait } from 'node:timers/promises';

/** What the service has said yes to, and what the post has got. */
export class Ledger {
  /** Let in by the administrator: no letter goes out. */
  readonly admitted = new Set<string>();
  /** Registered by themselves: each is promised a letter. */
  readonly registered = new Set<string>();
  readonly machines = new Set<string>();
  /** How many copies of the letter each address got. */
  readonly letters = new Map<string, number>();

  get acknowledged(): number {
    return this.admitted.size + this.registered.size + this.machines.size;
  }

  /** Waits until there is more of each kind than there was. */
  async grown(): Promise<void> {
    const kinds = [this.admitted, this.registered, this.machines];
    const before = kinds.map(({ size }) => size);
    while (kinds.some(({ size }, index) => size === before[index])) await wait(1);
  }

  noteLetter(address: string): void {
    this.letters.set(address, (this.letters.get(address) ?? 0) + 1);
  }
}

/** By this an address of a client shows who made it: only these are promised a letter. */
export const REGISTERED = 'registered-';
