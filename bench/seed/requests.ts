import { hash } from 'node:crypto';
import type { Ask } from '../load/load-plan.ts';
import { ADMIN_KEY } from '../servers/settings.ts';
import {
  countsMachines,
  fingerprintOf,
  PASSWORD,
  pairOf,
  pairsAmong,
  personOf,
  tokenOf,
  UNCOUNTED_EVERY,
  type World,
} from './seed-data.ts';

/** So many different people are asked about at most, spread evenly over all. */
const MOST = 10_000;

const JSON_BODY = { 'content-type': 'application/json' };
const AS_ADMINISTRATOR = { authorization: `Bearer ${ADMIN_KEY}` };

/** Numbers from 0 to `end`, at most so many, in an order that jumps about. */
export const spreadOver = (end: number, most = MOST): number[] => {
  const count = Math.min(end, most);
  const step = Math.floor(end / Math.max(count, 1));
  // Not always the first of each step: what comes up every tenth time would come up always, or never.
  const numbers = Array.from({ length: count }, (_, index) => Math.floor((index * end) / count) + (index % step));
  // 7,919 is prime, so that every number comes up once.
  return count % 7_919 === 0 ? numbers : numbers.map((_, index) => numbers[(index * 7_919) % count] as number);
};

const people = (world: World): number[] => spreadOver(world.people);

export const tokenHashes = (world: World): string[] => people(world).map((nth) => hash('sha256', tokenOf(nth), 'hex'));

export const profileAsks = (world: World): Ask[] =>
  people(world).map((nth) => ({ path: '/profile', headers: { cookie: `__Host-session_id=${tokenOf(nth)}` } }));

/** Of licenses that are valid, with the machine that has a seat on them. */
export const validateAsks = (world: World): Ask[] =>
  people(world)
    .filter(countsMachines)
    .flatMap((nth) => {
      const { license } = personOf(nth, world);
      const question = { license_key: license.license_key, fingerprint: fingerprintOf(nth), product: license.product };
      const body = JSON.stringify(question);
      return license.status === 'active'
        ? [{ method: 'POST', path: '/licenses/validate', headers: JSON_BODY, body }]
        : [];
    });

export const registerAsks = (world: World): Ask[] =>
  spreadOver(pairsAmong(world.people)).map((nth) => ({ path: `/connected/register/${pairOf(nth).join('/')}` }));

export const loginAsks = (world: World): Ask[] =>
  people(world).map((nth) => ({
    method: 'POST',
    path: '/sessions',
    headers: JSON_BODY,
    body: JSON.stringify({ email: personOf(nth, world).user.email, password: PASSWORD }),
  }));

export const userListAsk = (page: 'first' | 'last', world: World): Ask => {
  const after = page === 'first' ? undefined : personOf(Math.max(0, world.people - 51), world).user.id;
  const cursor = after === undefined ? '' : `&cursor=${Buffer.from(after).toString('base64url')}`;
  return { path: `/users?limit=50${cursor}`, headers: AS_ADMINISTRATOR };
};

export const newUserAsk: Ask = {
  method: 'POST',
  path: '/users',
  headers: { ...JSON_BODY, ...AS_ADMINISTRATOR },
  body: JSON.stringify({ email: 'newcomer.{n}@example.com' }),
};

/** New machines on licenses that take any number of them, each ask by the license's own key. */
export const activationAsks = (world: World): Ask[] =>
  [...new Set(people(world).map((nth) => nth - (nth % UNCOUNTED_EVERY)))].flatMap((nth) => {
    const { license } = personOf(nth, world);
    const headers = { ...JSON_BODY, authorization: `License ${license.license_key}` };
    const path = `/licenses/${license.id}/activations/bench-{n}`;
    return license.status === 'active' ? [{ method: 'PUT', path, headers, body: '{}' }] : [];
  });
