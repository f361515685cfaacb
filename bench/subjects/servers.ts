import { readFileSync } from 'node:fs';
import type { MeasuredProcess } from '../harness/measured-process.ts';
import { freePort, type Workshop } from '../harness/workshop.ts';
import type { Ask } from '../load/load-plan.ts';
import { PASSWORD } from '../seed/people.ts';

/** A server that listens. Disposing of it ends its process. */
export type Server = AsyncDisposable & Readonly<{ name: string; url: string; process: MeasuredProcess }>;

export const ADMIN_KEY = 'bench-admin-key-0123456789-abcdefghijklmnop';

/**
 * What the measurement needs and nothing else; the rest are the defaults. All load comes from one address, which
 * VALIDATE_LIMIT would stop after 600 questions a minute.
 */
export const SETTINGS = { ADMIN_API_KEY: ADMIN_KEY, VALIDATE_LIMIT: '1000000' };

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
  return listening(workshop.start({ name, script: 'src/main.ts', env, ...where }), port);
};

/** What Guildhall answers to one ask, for others to answer the same. */
export const answerOf = async ({ url }: Server, { method = 'GET', path, headers = {}, body }: Ask): Promise<string> => {
  const answer = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text;
};

export type BareKind = 'profile' | 'users' | 'validate' | 'register';

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
  const bare = await listening(workshop.start({ name, script: 'bench/subjects/bare-fastify.ts', args }), port);
  const same = await answerOf(bare, ask);
  if (same !== answer) throw new Error(`Not the same answer:\n${same}\n${answer}`);
  return bare;
};

/** Better Auth with so many people in it, and the cookies of their sessions. */
export const startBetterAuth = async (
  workshop: Workshop,
  { people, cores }: { people: number; cores?: string },
): Promise<Server & Readonly<{ cookies: readonly string[] }>> => {
  const port = await freePort();
  const cookiesFile = workshop.path('cookies.json');
  const args = [String(port), workshop.path('better-auth.db'), cookiesFile, PASSWORD, String(people)];
  const script = 'bench/subjects/better-auth.ts';
  const start = { name: 'Better Auth', script, args, ...(cores === undefined ? {} : { cores }) };
  const server = await listening(workshop.start(start), port);
  return { ...server, cookies: JSON.parse(readFileSync(cookiesFile, 'utf8')) };
};
