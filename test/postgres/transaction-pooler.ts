import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const READY = 'Z'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);

/** A connection to the database, and the client that has it for the length of a transaction. */
type Lent = {
  readonly socket: Socket;
  client: Socket | undefined;
  onFree: () => void;
  /** Statements that the server has, by the name that the pooler gave them. */
  readonly statements: Set<string>;
  /** Statements that the server is parsing, for its client or because its client has prepared them elsewhere. */
  readonly parsing: { name: string; isForClient: boolean }[];
};

type Options = Readonly<{
  connections?: number;
  /** PgBouncer from 1.21 on with `max_prepared_statements`: a statement follows its client from server to server. */
  tracksStatements?: boolean;
}>;

/**
 * PgBouncer in transaction mode: each transaction goes to another connection than the one before, and nothing of a
 * session is kept. Without `tracksStatements` it knows nothing of prepared statements, as before 1.21. With it, a name
 * stays taken once a client has used it, also where the server could not parse the statement, and a client that uses it
 * again is disconnected. It can fall silent, like a network that drops every packet.
 */
export class TransactionPooler implements AsyncDisposable {
  readonly #target: URL;
  readonly #door: Server;
  readonly #free: Lent[] = [];
  readonly #waiting: ((server: Lent) => void)[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #tracksStatements: boolean;
  /** Names on the server, by SQL. */
  readonly #serverNames = new Map<string, string>();
  #dropsPackets = false;
  #isNextNameTaken = false;

  private constructor(target: URL, tracksStatements: boolean) {
    this.#target = target;
    this.#tracksStatements = tracksStatements;
    this.#door = createServer((client) => this.#serve(this.#known(client)));
  }

  /** @param url of the database behind it, which needs no password */
  static async start(
    url: string,
    { connections = 3, tracksStatements = false }: Options = {},
  ): Promise<TransactionPooler> {
    const pooler = new TransactionPooler(new URL(url), tracksStatements);
    await Promise.all(Array.from({ length: connections }, () => pooler.#open()));
    pooler.#door.listen(0, '127.0.0.1');
    await once(pooler.#door, 'listening');
    return pooler;
  }

  get url(): string {
    const { port } = this.#door.address() as AddressInfo;
    return `postgres://${this.#target.username}@127.0.0.1:${port}${this.#target.pathname}`;
  }

  /** Drops all packets from now on, without closing a connection. */
  dropPackets(): void {
    this.#dropsPackets = true;
  }

  /** The next name of a statement is answered as one that the client has used before. */
  takeNextName(): void {
    this.#isNextNameTaken = true;
  }

  #open(): Promise<void> {
    const socket = this.#known(connect(Number(this.#target.port), this.#target.hostname));
    const words = ['user', this.#target.username, 'database', this.#target.pathname.slice(1), '', ''].join('\0');
    socket.write(framed('', Buffer.concat([Buffer.from([0, 3, 0, 0]), Buffer.from(words)])));
    return new Promise((resolve, reject) => {
      const server: Lent = { socket, client: undefined, onFree: resolve, statements: new Set(), parsing: [] };
      socket.once('close', () => reject(new Error('The server hung up')));
      const take = splitter((message) => {
        if (isPassedOn(server, message) && !this.#dropsPackets) server.client?.write(message);
        if (message[0] === READY && message[5] === IDLE) this.#giveBack(server);
      });
      socket.on('data', take);
    });
  }

  #serve(client: Socket): void {
    let server: Lent | undefined;
    let isAsking = false;
    const held: Buffer[] = [];
    /** SQL of the statements of this client, by its names. */
    const statements = new Map<string, string>();
    const send = (lent: Lent, message: Buffer): void => {
      if (this.#tracksStatements) this.#sendTracked(lent, client, statements, message);
      else lent.socket.write(message);
    };
    const attach = (lent: Lent): void => {
      server = lent;
      isAsking = false;
      lent.client = client;
      lent.onFree = () => {
        server = undefined;
      };
      for (const message of held.splice(0)) send(lent, message);
    };
    const take = splitter((message) => {
      if (message[0] === TERMINATE) return void client.end();
      if (this.#dropsPackets) return;
      if (server !== undefined) return send(server, message);
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

  #sendTracked(server: Lent, client: Socket, statements: Map<string, string>, message: Buffer): void {
    const kind = String.fromCharCode(message[0] as number);
    const [first = '', second = ''] = message.subarray(5).toString('latin1').split('\0');
    if (kind === 'P' && first !== '') {
      if (statements.has(first) || this.#isNextNameTaken) {
        this.#isNextNameTaken = false;
        const fields = ['SFATAL', 'VFATAL', 'C08P01', 'Mprepared statement name is already in use', '', ''];
        return void client.end(framed('E', Buffer.from(fields.join('\0'))));
      }
      statements.set(first, second);
      this.#prepare(server, second, true);
      return;
    }
    const sql = kind === 'B' ? statements.get(second) : undefined;
    if (sql === undefined) return void server.socket.write(message);
    const name = this.#nameOf(sql);
    if (!server.statements.has(name) && !server.parsing.some((parsing) => parsing.name === name)) {
      this.#prepare(server, sql, false);
    }
    const rest = message.subarray(5 + first.length + 1 + second.length + 1);
    server.socket.write(framed('B', Buffer.concat([Buffer.from(`${first}\0${name}\0`), rest])));
  }

  #prepare(server: Lent, sql: string, isForClient: boolean): void {
    const name = this.#nameOf(sql);
    if (server.statements.has(name)) {
      if (isForClient) server.client?.write(framed('1', Buffer.alloc(0)));
      return;
    }
    server.parsing.push({ name, isForClient });
    server.socket.write(framed('P', Buffer.concat([Buffer.from(`${name}\0${sql}\0`, 'latin1'), Buffer.alloc(2)])));
  }

  #nameOf(sql: string): string {
    const name = this.#serverNames.get(sql) ?? `PGBOUNCER_${this.#serverNames.size + 1}`;
    this.#serverNames.set(sql, name);
    return name;
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

/** Keeps account of what the server has parsed. @returns false for an answer that the client did not ask for */
const isPassedOn = (server: Lent, message: Buffer): boolean => {
  const kind = String.fromCharCode(message[0] as number);
  if (kind === 'E') server.parsing.length = 0;
  if (kind !== '1') return true;
  const parsed = server.parsing.shift();
  if (parsed === undefined) return true;
  server.statements.add(parsed.name);
  return parsed.isForClient;
};

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
