import { readFileSync } from 'node:fs';
import { SETTINGS as OF_GUILDHALL } from '../../src/composition/config/settings.ts';
import type { MeasuredProcess } from '../harness/measured-process.ts';
import { freePort, type Workshop } from '../harness/runner.ts';
import { type Ask, numbered } from '../load/load-plan.ts';
import { PASSWORD } from '../seed/seed-data.ts';
import { SETTINGS } from './settings.ts';

/** A server that listens. Disposing of it ends its process. */
export type Server = AsyncDisposable & Readonly<{ name: string; url: string; process: MeasuredProcess }>;

const listening = async (process: MeasuredProcess, port: number): Promise<Server> => {
  const url = `http://127.0.0.1:${port}`;
  try {
    await process.answers(`${url}/_health`);
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
  return { name: process.name, url, process, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
};

export type GuildhallStart = Readonly<{
  /** The file of its store, or the whole address of one. */
  store: string;
  name?: string;
  cores?: string;
  settings?: Readonly<Record<string, string>>;
}>;

/** Guildhall as it ships, in production mode, its log written to a file. */
export const startGuildhall = async (
  workshop: Workshop,
  { store, name = 'Guildhall', settings = {}, ...where }: GuildhallStart,
): Promise<Server> => {
  const port = await freePort();
  const address = store.includes('://') ? store : `file:${store}`;
  const env = { ...SETTINGS, DATABASE_URL: address, PORT: String(port), ...settings };
  return listening(workshop.start({ name, script: 'src/main.js', env, ...where }), port);
};

/**
 * What Guildhall answers to one ask, for others to answer the same.
 * @param nth of those who ask the same: what is new can be made but once
 */
export const answerOf = async (
  { url }: Server,
  { method = 'GET', path, headers = {}, body }: Ask,
  nth = 0,
): Promise<string> => {
  const payload = body === undefined ? {} : { body: numbered(body, nth) };
  const answer = await fetch(`${url}${path}`, { method, headers, ...payload });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text;
};

export type BareKind = 'profile' | 'users' | 'validate' | 'register' | 'newUser';

/**
 * Fastify that answers the same, and nothing else.
 * @param options.model whose answer to the first of `asks` it gives, byte for byte
 */
export const startBare = async (
  workshop: Workshop,
  options: { kind: BareKind; asks: readonly Ask[]; model: Server; stringifies?: boolean },
): Promise<Server> => {
  const { kind, asks, model, stringifies = false } = options;
  const [ask = { path: '' }] = asks;
  const answer = await answerOf(model, ask);
  const port = await freePort();
  const args = [String(port), kind, workshop.file('answer.json', answer), ...(stringifies ? ['--stringify'] : [])];
  const name = stringifies ? 'bare Fastify, JSON.stringify' : 'bare Fastify';
  const bare = await listening(workshop.start({ name, script: 'bench/servers/bare-fastify.ts', args }), port);
  const same = await answerOf(bare, ask);
  if (same !== answer) throw new Error(`Not the same answer:\n${same}\n${answer}`);
  return bare;
};

/**
 * Fastify with what we add to it, a step at a time, for `GET /profile`.
 * @param options.store file of the store that sessions are looked up in; without one there is no look-up
 */
export const startStep = async (
  workshop: Workshop,
  options: { name: string; asks: readonly Ask[]; model: Server; store?: string },
): Promise<Server> => {
  const { name, asks, model, store = '' } = options;
  const [ask = { path: '' }] = asks;
  const answer = await answerOf(model, ask);
  const port = await freePort();
  const args = [String(port), workshop.file('answer.json', answer), store];
  return listening(workshop.start({ name, script: 'bench/servers/step-fastify.ts', args }), port);
};

/** The same with one prepared query before the answer. */
export const startBarePostgres = async (
  workshop: Workshop,
  options: { kind: BareKind; asks: readonly Ask[]; model: Server; database: string; asksAsWeDo?: boolean },
): Promise<Server> => {
  const { kind, asks, model, database, asksAsWeDo = false } = options;
  const [ask = { path: '' }] = asks;
  const answer = await answerOf(model, ask, asksAsWeDo ? -1 : 0);
  const port = await freePort();
  const args = [
    String(port),
    kind,
    workshop.file('answer.json', answer),
    database,
    OF_GUILDHALL.DATABASE_POOL_SIZE.default,
    ...(asksAsWeDo ? ['--as-we-ask'] : []),
  ];
  const name = asksAsWeDo ? 'the same, asking as we do' : 'bare pg behind Fastify';
  return listening(workshop.start({ name, script: 'bench/servers/bare-postgres.ts', args }), port);
};

/** Better Auth with so many people in it, and the cookies of their sessions. */
export const startBetterAuth = async (
  workshop: Workshop,
  { people, cores }: { people: number; cores?: string },
): Promise<Server & Readonly<{ cookies: readonly string[] }>> => {
  const port = await freePort();
  const cookiesFile = workshop.path('cookies.json');
  const args = [String(port), workshop.path('better-auth.db'), cookiesFile, PASSWORD, String(people)];
  const script = 'bench/servers/better-auth.ts';
  const start = { name: 'Better Auth', script, args, ...(cores === undefined ? {} : { cores }) };
  const server = await listening(workshop.start(start), port);
  return { ...server, cookies: JSON.parse(readFileSync(cookiesFile, 'utf8')) };
};
