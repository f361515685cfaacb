import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A question as it arrived. */
export type Asked = Readonly<{
  method: string;
  url: URL;
  /** Path and query, as they were sent. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}>;

export type Told = Readonly<{ status: number; headers?: Record<string, string>; json?: unknown; text?: string }>;

/** Does to the wire whatever a test wants; leaving the response alone is silence. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => void;

export type Simulator = AsyncDisposable & {
  readonly baseUrl: string;
  /** Everything that was asked, in order. */
  readonly asked: readonly Asked[];
  /** Method and path of everything that was asked. */
  readonly paths: readonly string[];
  /** Largest number of questions that were open at a time. */
  readonly mostAtOnce: number;
  /** Before each answer, from now on. Unit: ms. */
  latencyMs: number;
  /** From now on no question is answered before {@link answerHeld}. */
  hold(): void;
  /** Questions that are held. */
  readonly held: number;
  /** Answers those that are held now; later ones are held again. */
  answerHeld(): void;
  /** The next questions meet these, one each, instead of an answer. */
  failNext(...faults: readonly Fault[]): void;
  /** Every question meets this from now on; `undefined`: it is well again. */
  failAlways(fault: Fault | undefined): void;
  close(): Promise<void>;
};

export type SimulatorOptions = Readonly<{ port?: number; latencyMs?: number }>;

/** A service on a loopback port that answers by `tell`, unless it has been told to fail. */
export const startSimulator = async (
  tell: (asked: Asked) => Told,
  { port = 0, latencyMs = 0 }: SimulatorOptions = {},
): Promise<Simulator> => {
  const asked: Asked[] = [];
  const faults: Fault[] = [];
  let always: Fault | undefined;
  let [open, mostAtOnce] = [0, 0];
  let isHolding = false;
  const held: (() => void)[] = [];

  const server = createServer((request, response) => {
    open += 1;
    mostAtOnce = Math.max(mostAtOnce, open);
    response.on('close', () => {
      open -= 1;
    });
    void serve(request, response);
  });

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { method = '', url: path = '', headers } = request;
    const question = { method, path, url: new URL(path, baseUrl), headers, body };
    asked.push(question);
    const fault = faults.shift() ?? always;
    if (simulator.latencyMs > 0) await sleep(simulator.latencyMs);
    if (isHolding) await new Promise<void>((resolve) => held.push(resolve));
    if (fault !== undefined) return fault(request, response);
    write(response, tell(question));
  };

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const simulator: Simulator = {
    baseUrl,
    asked,
    latencyMs,
    get paths() {
      return asked.map(({ method, path }) => `${method} ${path}`);
    },
    get mostAtOnce() {
      return mostAtOnce;
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

const write = (response: ServerResponse, { status, headers = {}, json, text }: Told): void => {
  const type = text === undefined ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8';
  const body = text ?? (json === undefined ? '' : JSON.stringify(json));
  // As the services do it: by HTTP's own clock, which tells whole seconds.
  response.writeHead(status, { 'content-type': type, date: new Date().toUTCString(), ...headers }).end(body);
};

/** Answers `told`, whatever was asked. */
export const telling =
  (told: Told): Fault =>
  (_, response) =>
    write(response, told);

/** Says nothing, and keeps the line open. */
export const silence: Fault = () => {};

/** Cuts the line before a word is said. */
export const hangUp: Fault = (request) => void request.socket.destroy();

/** Promises more than it sends, then cuts the line. */
export const cutShort: Fault = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"data":[');
  setImmediate(() => request.socket.destroy());
};

/** The page that a proxy shows where the service behind it is gone. */
export const htmlPage = (status: number): Fault => telling({ status, text: '<html><h1>Sorry</h1></html>' });
