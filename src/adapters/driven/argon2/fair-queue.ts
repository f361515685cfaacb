import type { HashingShare } from '../../../ports/password-hasher.ts';
import { PortError } from '../../../ports/port-error.ts';

type Entry = Readonly<{
  share: HashingShare;
  arrivedAt: number;
  start: () => void;
  reject: (error: PortError) => void;
}>;

const OWN_SHARE: HashingShare = { network: '', account: '' };
const networkKey = ({ network }: HashingShare): string => network;
const accountKey = ({ account }: HashingShare): string => account;
const accountInNetworkKey = ({ network, account }: HashingShare): string => `${network}\n${account}`;

/**
 * Runs a limited number of tasks and queues a limited number more, round robin over the networks, and over the accounts
 * within a network. A full queue drops the newest task of the account, or else of the network, that has more waiting than the new one.
 */
export class FairQueue {
  readonly #concurrency: number;
  readonly #maxWaiting: number;
  readonly #waiting: Entry[] = [];
  /** Number of tasks started when a network, or an account in it, started its last one. Only for those that wait. */
  readonly #lastStarts = new Map<string, number>();
  #starts = 0;
  #active = 0;

  constructor(options: { concurrency: number; maxWaiting: number }) {
    this.#concurrency = options.concurrency;
    this.#maxWaiting = options.maxWaiting;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** @throws {PortError} hashing.busy: rejected at once, or dropped for another task */
  async run<T>(task: () => Promise<T>, share: HashingShare = OWN_SHARE): Promise<T> {
    if (this.#active >= this.#concurrency) await this.#waitForSlot(share);
    else this.#active += 1;
    try {
      return await task();
    } finally {
      const next = this.#takeNext();
      if (next === undefined) this.#active -= 1;
      else next.start();
    }
  }

  #waitForSlot(share: HashingShare): Promise<void> {
    const isFull = this.#waiting.length >= this.#maxWaiting;
    const dropped = isFull ? this.#dropFor(share) : undefined;
    if (isFull && dropped === undefined) return Promise.reject(this.#busy());
    const { promise, resolve: start, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ share, arrivedAt: this.#starts, start, reject });
    if (dropped !== undefined) this.#forgetUnlessWaiting(dropped.share);
    return promise;
  }

  #dropFor(share: HashingShare): Entry | undefined {
    for (const keyOf of [accountKey, networkKey]) {
      const counts = new Map<string, number>();
      for (const entry of this.#waiting) counts.set(keyOf(entry.share), (counts.get(keyOf(entry.share)) ?? 0) + 1);
      const [largest, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
      if ((counts.get(keyOf(share)) ?? 0) + 1 >= count) continue;
      const [dropped] = this.#waiting.splice(
        this.#waiting.findLastIndex((entry) => keyOf(entry.share) === largest),
        1,
      );
      dropped?.reject(this.#busy());
      return dropped;
    }
    return undefined;
  }

  #takeNext(): Entry | undefined {
    const lastStart = (key: string, { arrivedAt }: Entry) => this.#lastStarts.get(key) ?? arrivedAt;
    const isBefore = (a: Entry, b: Entry) => {
      const byNetwork = lastStart(networkKey(a.share), a) - lastStart(networkKey(b.share), b);
      const byAccount = lastStart(accountInNetworkKey(a.share), a) - lastStart(accountInNetworkKey(b.share), b);
      return byNetwork < 0 || (byNetwork === 0 && byAccount < 0);
    };
    let index = 0;
    for (const [other, entry] of this.#waiting.entries()) {
      if (isBefore(entry, this.#waiting[index] as Entry)) index = other;
    }
    const [next] = this.#waiting.splice(index, 1);
    if (next === undefined) return undefined;
    this.#starts += 1;
    for (const keyOf of [networkKey, accountInNetworkKey]) this.#lastStarts.set(keyOf(next.share), this.#starts);
    this.#forgetUnlessWaiting(next.share);
    return next;
  }

  #forgetUnlessWaiting(share: HashingShare): void {
    for (const keyOf of [networkKey, accountInNetworkKey]) {
      const isWaiting = this.#waiting.some((entry) => keyOf(entry.share) === keyOf(share));
      if (!isWaiting) this.#lastStarts.delete(keyOf(share));
    }
  }

  #busy(): PortError {
    return new PortError('hashing.busy', `${this.#active} hashes are being computed and ${this.waiting} wait`);
  }
}
