import { hash } from 'node:crypto';
import type { RequestTemplate } from '../load/load-plan.ts';
import { ADMIN_KEY } from '../servers/settings.ts';
import {
  fingerprintOf,
  limitsMachines,
  PASSWORD,
  pairOf,
  pairsAmong,
  type Seed,
  seedRowsOf,
  tokenOf,
  UNLIMITED_EVERY,
} from './seed-data.ts';

/** Maximum number of different users in the requests, spread evenly over all. */
const MAX_USERS = 10_000;

const JSON_BODY = { 'content-type': 'application/json' };
const AS_ADMINISTRATOR = { authorization: `Bearer ${ADMIN_KEY}` };

/** At most `max` numbers from 0 to `end`, shuffled. */
export const spreadOver = (end: number, max = MAX_USERS): number[] => {
  const count = Math.min(end, max);
  const step = Math.floor(end / Math.max(count, 1));
  // Not always the first of each step, or a property of every tenth user would occur always or never.
  const numbers = Array.from({ length: count }, (_, index) => Math.floor((index * end) / count) + (index % step));
  // 7,919 is prime, so every number occurs once.
  return count % 7_919 === 0 ? numbers : numbers.map((_, index) => numbers[(index * 7_919) % count] as number);
};

const userNumbers = (seed: Seed, max?: number): number[] => spreadOver(seed.users, max);

export const tokenHashes = (seed: Seed): string[] =>
  userNumbers(seed).map((nth) => hash('sha256', tokenOf(nth), 'hex'));

export const profileRequests = (seed: Seed): RequestTemplate[] =>
  userNumbers(seed).map((nth) => ({ path: '/profile', headers: { cookie: `__Host-session_id=${tokenOf(nth)}` } }));

/** Validations of valid licenses, with an activated machine, of at most `max` users. */
export const validateRequests = (seed: Seed, max?: number): RequestTemplate[] =>
  userNumbers(seed, max)
    .filter(limitsMachines)
    .flatMap((nth) => {
      const { license } = seedRowsOf(nth, seed);
      const validation = {
        license_key: license.license_key,
        fingerprint: fingerprintOf(nth),
        product: license.product,
      };
      const body = JSON.stringify(validation);
      return license.status === 'active'
        ? [{ method: 'POST', path: '/licenses/validate', headers: JSON_BODY, body }]
        : [];
    });

export const registerRequests = (seed: Seed): RequestTemplate[] =>
  spreadOver(pairsAmong(seed.users)).map((nth) => ({ path: `/connected/register/${pairOf(nth).join('/')}` }));

export const loginRequests = (seed: Seed): RequestTemplate[] =>
  userNumbers(seed).map((nth) => ({
    method: 'POST',
    path: '/sessions',
    headers: JSON_BODY,
    body: JSON.stringify({ email: seedRowsOf(nth, seed).user.email, password: PASSWORD }),
  }));

export const userListRequest = (page: 'first' | 'last', seed: Seed): RequestTemplate => {
  const after = page === 'first' ? undefined : seedRowsOf(Math.max(0, seed.users - 51), seed).user.id;
  const cursor = after === undefined ? '' : `&cursor=${Buffer.from(after).toString('base64url')}`;
  return { path: `/users?limit=50${cursor}`, headers: AS_ADMINISTRATOR };
};

/** Searches in the console for one account by its address, as the administrator who is the first user. */
export const searchRequests = (seed: Seed): RequestTemplate[] =>
  userNumbers(seed).map((nth) => ({
    path: `/console/accounts?${new URLSearchParams({ q: seedRowsOf(nth, seed).user.email })}`,
    headers: { cookie: `__Host-session_id=${tokenOf(0)}` },
  }));

export const newUserRequest: RequestTemplate = {
  method: 'POST',
  path: '/users',
  headers: { ...JSON_BODY, ...AS_ADMINISTRATOR },
  body: JSON.stringify({ email: 'new.{n}@example.com' }),
};

/** Activations of new machines on licenses without a limit, each with the key of the license. */
export const activationRequests = (seed: Seed): RequestTemplate[] =>
  [...new Set(userNumbers(seed).map((nth) => nth - (nth % UNLIMITED_EVERY)))].flatMap((nth) => {
    const { license } = seedRowsOf(nth, seed);
    const headers = { ...JSON_BODY, authorization: `License ${license.license_key}` };
    const path = `/licenses/${license.id}/activations/bench-{n}`;
    return license.status === 'active' ? [{ method: 'PUT', path, headers, body: '{}' }] : [];
  });
