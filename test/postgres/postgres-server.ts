import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Replication } from './postgres-folder.ts';

const KEEPER = join(import.meta.dirname, 'keep-postgres.ts');

type Order = 'stop' | 'crash' | 'start';
type Send = (order: Order) => Promise<void>;

/** A PostgreSQL of our own. It ends with this process, however this one ends. */
export class PostgresServer implements AsyncDisposable {
  readonly port: number;
  /** Holds the folder `data` of the server. */
  readonly folder: string;
  readonly #send: Send;
  readonly #close: () => Promise<void>;

  private constructor([port, folder]: [number, string], send: Send, close: () => Promise<void>) {
    this.port = port;
    this.folder = folder;
    this.#send = send;
    this.#close = close;
  }

  static async start(replication: Replication = { role: 'none' }): Promise<PostgresServer> {
    const keeper = spawn(process.execPath, [KEEPER, JSON.stringify(replication)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    const lines = createInterface({ input: keeper.stdout });
    const ended = once(keeper, 'exit');
    const nextLine = async (): Promise<string> => {
      const stillborn = ended.then(() => Promise.reject(new Error('The keeper of PostgreSQL has ended')));
      const [line] = await Promise.race([once(lines, 'line'), stillborn]);
      return line as string;
    };
    const [port = '', folder = ''] = (await nextLine()).split(' ');
    // It does not keep the process running.
    keeper.unref();
    (keeper.stdin as Socket).unref();
    (keeper.stdout as Socket).unref();
    return new PostgresServer(
      [Number(port), folder],
      async (order) => {
        keeper.stdin.write(`${order}\n`);
        (keeper.stdout as Socket).ref();
        await nextLine();
        (keeper.stdout as Socket).unref();
      },
      async () => {
        keeper.ref();
        keeper.stdin.end();
        await ended;
      },
    );
  }

  /** As its superuser, whom only tests have. */
  url(database = 'postgres', user = 'postgres'): string {
    return `postgres://${user}@127.0.0.1:${this.port}/${database}`;
  }

  /** Ends all sessions at once, with a clean shutdown. */
  stop(): Promise<void> {
    return this.#send('stop');
  }

  /** As if the power were cut, but for the disk. */
  crash(): Promise<void> {
    return this.#send('crash');
  }

  /** Again, on the same data and the same port. */
  startAgain(): Promise<void> {
    return this.#send('start');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
