import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FIELDS, NATIONALITIES, people } from './random-user-people.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export type RandomUserSimulator = Awaited<ReturnType<typeof startRandomUserSimulator>>;

const HOST = '127.0.0.1';
const MAX_RESULTS = 5000;
const SEED_WITH_NATIONALITY = 18;
const WINDOW_MS = 300_000;

/**
 * randomuser.me, version 1.4. Like the real one it silently substitutes invalid values: one unknown nationality drops the
 * whole filter, an invalid number of results becomes 1, an unknown field gives empty users, and a seed of 18 characters
 * contains a nationality. Its users are not those of the real service.
 * @param options.port default: a free one
 * @param options.limit users within five minutes
 */
export const startRandomUserSimulator = async (options: Readonly<{ port?: number; limit?: number }> = {}) => {
  const { port = 0, limit = 20_000 } = options;
  /** Paths and queries of the requests, oldest first. */
  const seen: string[] = [];
  const faults: Handler[] = [];
  let given = 0;

  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    const handler = faults.shift() ?? answer;
    handler(request, response);
  });

  const answer: Handler = (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '', `http://${HOST}`);
    const version = /^\/api(?:\/([^/]*))?\/?$/.exec(pathname)?.[1];
    response.setHeader('x-powered-by', 'Express');
    response.setHeader('access-control-allow-origin', '*');
    if (!pathname.startsWith('/api') || !['', '1.4', undefined].includes(version)) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not Found');
      return;
    }
    response.setHeader('content-type', 'application/json; charset=utf-8');
    if (given >= limit) {
      response.writeHead(429).end(JSON.stringify({ error: joke(given) }));
      return;
    }
    const body = bodyFor(query);
    given += body.results.length;
    const text = JSON.stringify(body);
    response.writeHead(200, { 'cache-control': 'no-cache', 'content-length': Buffer.byteLength(text) }).end(text);
  };

  const reset = setInterval(() => {
    given = 0;
  }, WINDOW_MS).unref();

  await once(server.listen(port, HOST), 'listening');
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    seen,
    /** The handler without a fault. */
    answer,
    /** The next request meets this handler; called again, the one after it too. */
    answerNextWith(handler: Handler): void {
      faults.push(handler);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(reset);
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
};

const joke = (given: number): string =>
  `Whoa, ease up there cowboy. You've requested ${given} users in the last minute. Help us keep this service free and spare some bandwidth for other users please :)`;

const bodyFor = (query: URLSearchParams) => {
  const last = (name: string) => query.getAll(name).at(-1);
  const count = Number(last('results') ?? 1);
  const isCount = Number.isInteger(count) && count >= 1 && count <= MAX_RESULTS;
  const asked = (last('nat') ?? '').toUpperCase().split(',').filter(Boolean);
  const isFilter = asked.length > 0 && asked.every((nat) => NATIONALITIES.includes(nat));
  const given = last('seed') ?? '';
  const seed = given === '' ? randomBytes(8).toString('hex') : given;
  const ownNationality =
    seed.length === SEED_WITH_NATIONALITY ? NATIONALITIES[Number.parseInt(seed.slice(-2), 16)] : undefined;
  const gender = last('gender') ?? '';
  const requested = Number(last('page'));
  const page = requested >= 1 && requested <= 10_000 ? requested : 1;
  const selection = {
    count: isCount ? count : 1,
    seed: seed.length === SEED_WITH_NATIONALITY ? seed.slice(0, 16) : seed,
    page,
    nationalities: ownNationality === undefined ? (isFilter ? asked : NATIONALITIES) : [ownNationality],
    gender: given === '' && ['male', 'female'].includes(gender) ? gender : undefined,
  };
  const fields = fieldsFor(last('inc'), last('exc'));
  const results = [...people(selection)].map((person) =>
    Object.fromEntries(Object.entries(person).filter(([field]) => fields.includes(field))),
  );
  const info = { seed, results: results.length, page, version: '1.4' };
  return query.has('noinfo') ? { results } : { results, info };
};

const fieldsFor = (inc: string | undefined, exc: string | undefined): readonly string[] => {
  const names = (list: string | undefined) => (list ?? '').split(',').map((name) => name.trim().toLowerCase());
  const wanted = inc === undefined || inc === '' ? [...FIELDS] : names(inc);
  return wanted.filter((field) => !names(exc).includes(field));
};
