import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Interval at which a draining server looks at its connections. Unit: ms. */
const INTERVAL_MS = 25;

type Connection = {
  /** Number of responses that are not sent completely. */
  unanswered: number;
  last: ServerResponse | undefined;
  /** Bytes that had been read at the latest look. */
  bytesRead: number;
  /** Time since when nothing has arrived and no response is due. Unit: ms. */
  quietSince: number;
  /** One listener for all responses of the connection. */
  readonly onAnswered: () => void;
};

export type ConnectionTrackerOptions = Readonly<{
  /** Maximum number of requests that one connection may pipeline. */
  unansweredPerConnection: number;
  /** Called for a connection that the server closes although its client still wants it, with the client's address. */
  onClosed: (reason: CloseReason, ip: string | undefined) => void;
}>;

export type CloseReason = 'connection.pipelined' | 'connection.not-read' | 'connection.too-many';

/**
 * Tracks the open connections of a server. It bounds how many responses one client can leave unread, and it drains the
 * server at shutdown: first the listener closes, then every response says `Connection: close`, then quiet connections
 * are closed. A client that sends on an idle connection while that is closed would lose its request; a busy client is
 * notified before, so that it does not.
 */
export class ConnectionTracker {
  readonly #options: ConnectionTrackerOptions;
  readonly #connections = new Map<Socket, Connection>();
  #server: Server | undefined;
  #isStopping = false;
  #isDraining = false;

  constructor(options: ConnectionTrackerOptions) {
    this.#options = options;
  }

  /** Whether the server is about to stop, so that clients should send nothing new. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  attach(server: Server): void {
    this.#server = server;
    server.on('connection', (socket: Socket) => this.#track(socket));
    server.on('drop', (data) => this.#options.onClosed('connection.too-many', data?.remoteAddress));
    server.on('timeout', (socket) => {
      if ((this.#connections.get(socket)?.unanswered ?? 0) > 0) {
        this.#options.onClosed('connection.not-read', socket.remoteAddress);
      }
      socket.destroy();
    });
  }

  /** @returns whether to handle the request; if not, its connection is closed */
  accept({ socket }: IncomingMessage, response: ServerResponse): boolean {
    // One read can hold thousands of small requests, and Node parses all of them before anything else happens.
    if (socket.destroyed) return false;
    const connection = this.#connections.get(socket);
    if (connection === undefined) return true;
    if (connection.unanswered >= this.#options.unansweredPerConnection) {
      this.#options.onClosed('connection.pipelined', socket.remoteAddress);
      socket.destroy();
      return false;
    }
    connection.unanswered += 1;
    response.on('close', connection.onAnswered);
    if (this.#isDraining) sendConnectionClose(connection, response);
    connection.last = response;
    return true;
  }

  /** Reports "not ready" from now on; requests are still handled. */
  announceShutdown(): void {
    this.#isStopping = true;
  }

  /** Accepts no new connection and keeps the open ones. Resolves when the listener is closed. */
  stopListening(): Promise<void> {
    this.#isStopping = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    // Right after the loop has accepted the pending connections, so that the backlog is nearly empty.
    setImmediate(() => {
      // The HTTP server's own `close` would also close idle connections at once, and lose requests on their way.
      if (this.#server?.listening) NetServer.prototype.close.call(this.#server);
      resolve();
    });
    return promise;
  }

  /**
   * Ends every connection with its next response, and those that stay quiet for `lingerMs` without one.
   * @returns once the last one has ended
   */
  async drain(lingerMs: number): Promise<void> {
    this.#isDraining = true;
    const start = performance.now();
    for (const connection of this.#connections.values()) {
      connection.quietSince = start;
      if (connection.unanswered > 0 && connection.last !== undefined) sendConnectionClose(connection, connection.last);
    }
    while (this.#connections.size > 0) {
      await sleep(INTERVAL_MS);
      // After the loop has read the sockets: a connection with a new request is not quiet.
      await new Promise((resolve) => setImmediate(resolve));
      this.#closeQuiet(performance.now(), lingerMs);
    }
  }

  /** Closes every connection at once. */
  destroyAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  #track(socket: Socket): void {
    const connection: Connection = {
      unanswered: 0,
      last: undefined,
      bytesRead: 0,
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
      if (connection.unanswered > 0 || connection.bytesRead !== socket.bytesRead) {
        connection.bytesRead = socket.bytesRead;
        connection.quietSince = now;
      } else if (now - connection.quietSince >= lingerMs) {
        socket.destroy();
      }
    }
  }
}

/** Sends `Connection: close` with the last of several responses only: the connection ends behind it. */
const sendConnectionClose = ({ unanswered, last }: Connection, response: ServerResponse): void => {
  if (last !== undefined && last !== response && unanswered > 1 && !last.headersSent) last.removeHeader('connection');
  if (!response.headersSent) response.setHeader('connection', 'close');
};
