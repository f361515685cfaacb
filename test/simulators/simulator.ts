import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type ReceivedRequest = Readonly<{
  method: string;
  url: URL;
  /** Path and query as sent. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}>;

export type SimulatedResponse = Readonly<{
  status: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
}>;

/** Does to the wire whatever a test wants; leaving the response alone is neverRespond. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => void;

export type Simulator = AsyncDisposable & {
  readonly baseUrl: string;
  /** Requests received, in order. */
  readonly requests: readonly ReceivedRequest[];
  /** Method and path of the requests received. */
  readonly paths: readonly string[];
  /** Maximum number of concurrent requests. */
  readonly maxConcurrent: number;
  /** Delay of each response. Unit: ms. */
  latencyMs: number;
  /** From now on no question is answered before {@link answerHeld}. */
  hold(): void;
  /** Questions that are held. */
  readonly held: number;
  /** Answers those that are held now; later ones are held again. */
  answerHeld(): void;
  /** The next requests meet these faults, one each. */
  failNext(...faults: readonly Fault[]): void;
  /** Every request meets this fault; `undefined`: none. */
  failAlways(fault: Fault | undefined): void;
  close(): Promise<void>;
};

export type SimulatorOptions = Readonly<{ port?: number; latencyMs?: number }>;

/** An HTTP server on a loopback port that calls `respond` for each request without a fault. */
export const startSimulator = async (
  respond: (requests: ReceivedRequest) => SimulatedResponse,
  { port = 0, latencyMs = 0 }: SimulatorOptions = {},
): Promise<Simulator> => {
  const requests: ReceivedRequest[] = [];
  const faults: Fault[] = [];
  let always: Fault | undefined;
  let [open, maxConcurrent] = [0, 0];
  let isHolding = false;
  const held: (() => void)[] = [];

  const server = createServer((request, response) => {
    open += 1;
    maxConcurrent = Math.max(maxConcurrent, open);
    response.on('close', () => {
      open -= 1;
    });
    void serve(request, response);
  });

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { method = '', url: path = '', headers } = request;
    const received = { method, path, url: new URL(path, baseUrl), headers, body };
    requests.push(received);
    const fault = faults.shift() ?? always;
    if (simulator.latencyMs > 0) await sleep(simulator.latencyMs);
    if (isHolding) await new Promise<void>((resolve) => held.push(resolve));
    if (fault !== undefined) return fault(request, response);
    write(response, respond(received));
  };

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const simulator: Simulator = {
    baseUrl,
    requests,
    latencyMs,
    get paths() {
      return requests.map(({ method, path }) => `${method} ${path}`);
    },
    get maxConcurrent() {
      return maxConcurrent;
    },
    hold: () => {
      isHolding = true;
    },
    get held() {
      return held.length;
    },
    answerHeld: () => {
      for (const answer of held.splice(0)) answer();
    },
    failNext: (...next) => void faults.push(...next),
    failAlways: (fault) => {
      always = fault;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
  return simulator;
};

const write = (response: ServerResponse, { status, headers = {}, json, text }: SimulatedResponse): void => {
  const type = text === undefined ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8';
  const body = text ?? (json === undefined ? '' : JSON.stringify(json));
  // The Date header, in whole seconds, as the real services send it.
  response.writeHead(status, { 'content-type': type, date: new Date().toUTCString(), ...headers }).end(body);
};

/** Responds with this, whatever the request. */
export const respondWith =
  (answer: SimulatedResponse): Fault =>
  (_, response) =>
    write(response, answer);

/** Sends nothing, and keeps the connection open. */
export const neverRespond: Fault = () => {};

/** Resets the connection before the response. */
export const resetConnection: Fault = (request) => void request.socket.destroy();

/** Resets the connection within the body. */
export const resetMidBody: Fault = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"data":[');
  setImmediate(() => request.socket.destroy());
};

/** The page of a proxy whose backend is unavailable. */
export const respondWithHtml = (status: number): Fault => respondWith({ status, text: '<html><h1>Sorry</h1></html>' });
