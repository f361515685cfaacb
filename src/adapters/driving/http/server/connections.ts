import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a server that stops looks after its connections. Unit: ms. */
const ROUND_MS = 25;

type Connection = {
  /** Answers that are not sent to the end. */
  unanswered: number;
  /** To the request that came last. */
  last: ServerResponse | undefined;
  /** How much had been read when it was looked at, and since when nothing came and nothing was owed. Unit: ms. */
  read: number;
  quietSince: number;
  /** One listener for all its answers: one for each would cost more than everything else here. */
  readonly onAnswered: () => void;
};

export type ConnectionTrackerOptions = Readonly<{
  /** Requests that one connection may send without waiting for their answers. */
  unansweredPerConnection: number;
  /** Told of a connection that was cut, with the address it came from. */
  onCut: (why: CutReason, ip: string | undefined) => void;
}>;

/** Why a connection ended that somebody still wanted. */
export type CutReason = 'connection.pipelined' | 'connection.not-read' | 'connection.too-many';

/**
 * The connections of a server. One client cannot have more answers made than it takes, and a server that stops lets each
 * connection come to its end: the listener goes first, then every answer says `Connection: close`, then those leave that
 * are quiet. A client that sends while its idle connection is being closed would lose its request; nobody who is busy
 * meets that, because they are told before.
 */
export class ConnectionTracker {
  readonly #options: ConnectionTrackerOptions;
  readonly #connections = new Map<Socket, Connection>();
  #server: Server | undefined;
  #isStopping = false;
  #isLeaving = false;

  constructor(options: ConnectionTrackerOptions) {
    this.#options = options;
  }

  /** It will end soon: nobody should send it anything new. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  watch(server: Server): void {
    this.#server = server;
    server.on('connection', (socket: Socket) => this.#welcome(socket));
    server.on('drop', (data) => this.#options.onCut('connection.too-many', data?.remoteAddress));
    server.on('timeout', (socket) => {
      if ((this.#connections.get(socket)?.unanswered ?? 0) > 0) {
        this.#options.onCut('connection.not-read', socket.remoteAddress);
      }
      socket.destroy();
    });
  }

  /** @returns whether to handle it; where not, its connection is gone */
  admits({ socket }: IncomingMessage, response: ServerResponse): boolean {
    // One read can hold thousands of small requests, and all of them are parsed before anything else happens.
    if (socket.destroyed) return false;
    const connection = this.#connections.get(socket);
    if (connection === undefined) return true;
    if (connection.unanswered >= this.#options.unansweredPerConnection) {
      this.#options.onCut('connection.pipelined', socket.remoteAddress);
      socket.destroy();
      return false;
    }
    connection.unanswered += 1;
    response.on('close', connection.onAnswered);
    if (this.#isLeaving) sayGoodbye(connection, response);
    connection.last = response;
    return true;
  }

  /** Whoever asks is told to send nothing new; everything goes on. */
  announceStop(): void {
    this.#isStopping = true;
  }

  /** Nobody new gets in; who is in stays. Resolves when the door is shut. */
  stopListening(): Promise<void> {
    this.#isStopping = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    // Right after the loop has looked for new connections, so that hardly one is left waiting at the door.
    setImmediate(() => {
      // That of the HTTP server would close idle connections at once, and with them what is on its way there.
      if (this.#server?.listening) NetServer.prototype.close.call(this.#server);
      resolve();
    });
    return promise;
  }

  /**
   * Ends every connection with its next answer, and those that stay quiet for `lingerMs` without one.
   * @returns once the last one has ended
   */
  async drain(lingerMs: number): Promise<void> {
    this.#isLeaving = true;
    const begun = performance.now();
    for (const connection of this.#connections.values()) {
      connection.quietSince = begun;
      if (connection.unanswered > 0 && connection.last !== undefined) sayGoodbye(connection, connection.last);
    }
    while (this.#connections.size > 0) {
      await sleep(ROUND_MS);
      // After the loop has read what came, so that nobody is closed who has just spoken.
      await new Promise((resolve) => setImmediate(resolve));
      this.#closeQuiet(performance.now(), lingerMs);
    }
  }

  /** Ends every connection at once. */
  cut(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  #welcome(socket: Socket): void {
    const connection: Connection = {
      unanswered: 0,
      last: undefined,
      read: 0,
      quietSince: performance.now(),
      onAnswered: () => {
        connection.unanswered -= 1;
        if (connection.unanswered === 0) connection.last = undefined;
      },
    };
    this.#connections.set(socket, connection);
    socket.once('close', () => this.#connections.delete(socket));
  }

  #closeQuiet(now: number, lingerMs: number): void {
    for (const [socket, connection] of this.#connections) {
      if (connection.unanswered > 0 || connection.read !== socket.bytesRead) {
        connection.read = socket.bytesRead;
        connection.quietSince = now;
      } else if (now - connection.quietSince >= lingerMs) {
        socket.destroy();
      }
    }
  }
}

/** A connection ends behind the answer that says so, so only the last one may. */
const sayGoodbye = ({ unanswered, last }: Connection, response: ServerResponse): void => {
  if (last !== undefined && last !== response && unanswered > 1 && !last.headersSent) last.removeHeader('connection');
  if (!response.headersSent) response.setHeader('connection', 'close');
};
