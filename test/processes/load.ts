import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';

/** What is asked, in turn: one that does nothing, one that reads, one that writes. */
const REQUESTS = [
  { method: 'GET', path: '/_health' },
  { method: 'GET', path: '/connected/register/dev1/dev2' },
  { method: 'POST', path: '/passwords', body: '{"length":12,"complexity":4}' },
] as const;

export type LoadResult = Readonly<{
  answered: number;
  /** Connections that were refused; nothing was sent. */
  refused: number;
  /** What went wrong with a request that was sent. */
  failures: readonly string[];
}>;

/**
 * Clients that ask one thing after the other until {@link stop} is called: `keeping` of them over a connection that
 * they keep, `changing` over a new one each time.
 */
export class Load {
  answered = 0;
  #asked = 0;
  #refused = 0;
  #isStopped = false;
  readonly #failures: string[] = [];
  readonly #done: Promise<unknown>;

  constructor(address: string, { keeping = 12, changing = 4 } = {}) {
    this.#done = Promise.all(
      Array.from({ length: keeping + changing }, (_, nth) => this.#ask(address, nth >= keeping)),
    );
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Waits until so many were answered. */
  async reaches(count: number): Promise<void> {
    while (this.answered < count && !this.#isStopped) await sleep(5);
  }

  async result(): Promise<LoadResult> {
    await this.#done;
    return { answered: this.answered, refused: this.#refused, failures: this.#failures };
  }

  async #ask(address: string, isFresh: boolean): Promise<void> {
    const client = new Client(address, { pipelining: 1 });
    const headers = { 'content-type': 'application/json' };
    while (!this.#isStopped) {
      const request = REQUESTS[this.#asked % REQUESTS.length] ?? REQUESTS[0];
      this.#asked += 1;
      try {
        const { statusCode, body } = await client.request({ ...request, headers, reset: isFresh });
        const text = await body.text();
        if (statusCode === 200) this.answered += 1;
        else this.#failures.push(`${request.method} ${request.path}: ${statusCode} ${text}`);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== 'ECONNREFUSED') this.#failures.push(`${request.method} ${request.path}: ${code} ${message}`);
        else this.#refused += 1;
        await sleep(1);
      }
    }
    await client.destroy();
  }
}
