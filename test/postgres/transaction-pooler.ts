import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const READY = 'Z'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);

/** A connection to the database, and the client that has it for the length of a transaction. */
type Lent = { readonly socket: Socket; client: Socket | undefined; onFree: () => void };

/**
 * What PgBouncer does in transaction mode, and does not know about statements: each transaction goes to another
 * connection than the one before, and nothing of a session is kept. It can fall silent, like a network that swallows.
 */
export class TransactionPooler implements AsyncDisposable {
  readonly #target: URL;
  readonly #door: Server;
  readonly #free: Lent[] = [];
  readonly #waiting: ((server: Lent) => void)[] = [];
  readonly #sockets = new Set<Socket>();
  #isSilent = false;

  private constructor(target: URL) {
    this.#target = target;
    this.#door = createServer((client) => this.#serve(this.#known(client)));
  }

  /** @param url of the database behind it, which lets everyone in */
  static async start(url: string, connections = 3): Promise<TransactionPooler> {
    const pooler = new TransactionPooler(new URL(url));
    await Promise.all(Array.from({ length: connections }, () => pooler.#open()));
    pooler.#door.listen(0, '127.0.0.1');
    await once(pooler.#door, 'listening');
    return pooler;
  }

  get url(): string {
    const { port } = this.#door.address() as AddressInfo;
    return `postgres://${this.#target.username}@127.0.0.1:${port}${this.#target.pathname}`;
  }

  /** From now on nothing comes through, and no one is notified. */
  fallSilent(): void {
    this.#isSilent = true;
  }

  #open(): Promise<void> {
    const socket = this.#known(connect(Number(this.#target.port), this.#target.hostname));
    const words = ['user', this.#target.username, 'database', this.#target.pathname.slice(1), '', ''].join('\0');
    socket.write(framed('', Buffer.concat([Buffer.from([0, 3, 0, 0]), Buffer.from(words)])));
    return new Promise((resolve, reject) => {
      const server: Lent = { socket, client: undefined, onFree: resolve };
      socket.once('close', () => reject(new Error('The server hung up')));
      const take = splitter((message) => {
        if (!this.#isSilent) server.client?.write(message);
        if (message[0] === READY && message[5] === IDLE) this.#giveBack(server);
      });
      socket.on('data', take);
    });
  }

  #serve(client: Socket): void {
    let server: Lent | undefined;
    let isAsking = false;
    const held: Buffer[] = [];
    const attach = (lent: Lent): void => {
      server = lent;
      isAsking = false;
      lent.client = client;
      lent.onFree = () => {
        server = undefined;
      };
      for (const message of held.splice(0)) lent.socket.write(message);
    };
    const take = splitter((message) => {
      if (message[0] === TERMINATE) return void client.end();
      if (this.#isSilent) return;
      if (server !== undefined) return void server.socket.write(message);
      held.push(message);
      if (isAsking) return;
      isAsking = true;
      const free = this.#free.shift();
      if (free === undefined) this.#waiting.push(attach);
      else attach(free);
    });
    client.once('data', () => {
      client.on('data', take);
      client.write(framed('R', Buffer.alloc(4)));
      client.write(framed('Z', Buffer.from('I')));
    });
    client.on('close', () => server?.socket.destroy());
  }

  #giveBack(server: Lent): void {
    server.client = undefined;
    server.onFree();
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(server);
    else next(server);
  }

  #known(socket: Socket): Socket {
    this.#sockets.add(socket.setNoDelay());
    return socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#door.close();
    await once(this.#door, 'close');
  }
}

const framed = (kind: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(kind), length, body]);
};

/** Hands on each message once it is whole. */
const splitter = (onMessage: (message: Buffer) => void): ((chunk: Buffer) => void) => {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 5 && held.length > held.readInt32BE(1)) {
      const end = held.readInt32BE(1) + 1;
      const message = held.subarray(0, end);
      held = held.subarray(end);
      onMessage(message);
    }
  };
};
