import { readFileSync } from 'node:fs';
import { SETTINGS as DEFINITIONS } from '../../src/composition/config/settings.ts';
import type { MeasuredProcess } from '../harness/measured-process.ts';
import { freePort, type Runner } from '../harness/runner.ts';
import { numbered, type RequestTemplate } from '../load/load-plan.ts';
import { PASSWORD } from '../seed/seed-data.ts';
import { SETTINGS } from './settings.ts';

/** A running server. Disposing of it ends its process. */
export type Server = AsyncDisposable & Readonly<{ name: string; url: string; process: MeasuredProcess }>;

const listening = async (process: MeasuredProcess, port: number): Promise<Server> => {
  const url = `http://127.0.0.1:${port}`;
  try {
    await process.waitUntilOk(`${url}/_health`);
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
  return { name: process.name, url, process, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
};

export type GuildhallStart = Readonly<{
  /** File or address of its store. */
  store: string;
  name?: string;
  cores?: string;
  settings?: Readonly<Record<string, string>>;
}>;

/** Starts Guildhall in production mode, with its log in a file. */
export const startGuildhall = async (
  runner: Runner,
  { store, name = 'Guildhall', settings = {}, ...where }: GuildhallStart,
): Promise<Server> => {
  const port = await freePort();
  const address = store.includes('://') ? store : `file:${store}`;
  const env = { ...SETTINGS, DATABASE_URL: address, PORT: String(port), ...settings };
  return listening(runner.start({ name, script: 'src/main.js', env, ...where }), port);
};

/**
 * Sends a request to Guildhall, whose response the other servers copy.
 * @param nth number for `{n}`, so that each server can create a new row
 */
export const responseOf = async (
  { url }: Server,
  { method = 'GET', path, headers = {}, body }: RequestTemplate,
  nth = 0,
): Promise<string> => {
  const payload = body === undefined ? {} : { body: numbered(body, nth) };
  const response = await fetch(`${url}${path}`, { method, headers, ...payload });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text;
};

export type BareKind = 'page' | 'profile' | 'users' | 'validate' | 'register' | 'newUser';

/**
 * Starts bare Fastify with a fixed response.
 * @param options.model the server whose response to the first of `templates` it copies, byte for byte
 */
export const startBare = async (
  runner: Runner,
  options: { kind: BareKind; templates: readonly RequestTemplate[]; model: Server; stringifies?: boolean },
): Promise<Server> => {
  const { kind, templates, model, stringifies = false } = options;
  const [template = { path: '' }] = templates;
  const response = await responseOf(model, template);
  const port = await freePort();
  const args = [String(port), kind, runner.file('response.json', response), ...(stringifies ? ['--stringify'] : [])];
  const name = stringifies ? 'bare Fastify, JSON.stringify' : 'bare Fastify';
  const bare = await listening(runner.start({ name, script: 'bench/servers/bare-fastify.ts', args }), port);
  const copy = await responseOf(bare, template);
  if (copy === response) return bare;
  await bare[Symbol.asyncDispose]();
  throw new Error(`The responses differ:\n${copy}\n${response}`);
};

/**
 * Starts Fastify with the additions of Guildhall, step by step, for `GET /profile`.
 * @param options.store file of the store for the session look-up; without one there is no look-up
 */
export const startStep = async (
  runner: Runner,
  options: { name: string; templates: readonly RequestTemplate[]; model: Server; store?: string },
): Promise<Server> => {
  const { name, templates, model, store = '' } = options;
  const [template = { path: '' }] = templates;
  const response = await responseOf(model, template);
  const port = await freePort();
  const args = [String(port), runner.file('response.json', response), store];
  return listening(runner.start({ name, script: 'bench/servers/step-fastify.ts', args }), port);
};

/** Starts bare Fastify with one prepared query before the response. */
export const startBarePostgres = async (
  runner: Runner,
  options: {
    kind: BareKind;
    templates: readonly RequestTemplate[];
    model: Server;
    database: string;
    usesOurQuery?: boolean;
  },
): Promise<Server> => {
  const { kind, templates, model, database, usesOurQuery = false } = options;
  const [template = { path: '' }] = templates;
  const response = await responseOf(model, template, usesOurQuery ? -1 : 0);
  const port = await freePort();
  const args = [
    String(port),
    kind,
    runner.file('response.json', response),
    database,
    DEFINITIONS.DATABASE_POOL_SIZE.default,
    ...(usesOurQuery ? ['--our-query'] : []),
  ];
  const name = usesOurQuery ? 'the same, with our query' : 'bare pg behind Fastify';
  return listening(runner.start({ name, script: 'bench/servers/bare-postgres.ts', args }), port);
};

/** Starts Better Auth with registered users, and returns the cookies of their sessions. */
export const startBetterAuth = async (
  runner: Runner,
  { users, cores }: { users: number; cores?: string },
): Promise<Server & Readonly<{ cookies: readonly string[] }>> => {
  const port = await freePort();
  const cookiesFile = runner.path('cookies.json');
  const args = [String(port), runner.path('better-auth.db'), cookiesFile, PASSWORD, String(users)];
  const script = 'bench/servers/better-auth.ts';
  const start = { name: 'Better Auth', script, args, ...(cores === undefined ? {} : { cores }) };
  const server = await listening(runner.start(start), port);
  return { ...server, cookies: JSON.parse(readFileSync(cookiesFile, 'utf8')) };
};
