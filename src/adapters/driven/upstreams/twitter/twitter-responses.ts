import type { CanonicalHandle } from '../../../../domain/developer-pair/handle.ts';

export type TwitterUser = Readonly<{
  id: string;
  name: CanonicalHandle;
  isProtected: boolean;
  /** Counts of accounts followed and of followers; `undefined`: not reported. */
  following: number | undefined;
  followers: number | undefined;
  /** Relations to the authenticated user; `undefined`: not reported, which is not the same as none. */
  connections: readonly string[] | undefined;
}>;

/** `hidden`: the account exists, and nothing else is shown. */
export type TwitterFound = TwitterUser | 'unknown' | 'suspended' | 'hidden';

export type TwitterPage = Readonly<{
  ids: readonly string[];
  /** Ids and names, in lower case, of users that the page withholds; empty text: not named. */
  withheld: readonly string[];
  /** Of the next page; `undefined`: this was the last one. */
  token: string | undefined;
}>;

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectsIn = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
const countIn = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;

/** The part of a problem type that is the same for all hosts: `https://api.x.com/2/problems/credits` is `credits`. */
export const problemIn = (error: unknown): string =>
  isObject(error) ? (textIn(error.type).split('/problems/')[1] ?? '') : '';

/** @returns `undefined`: this is no response to a look-up */
export const usersIn = (
  json: unknown,
  names: readonly CanonicalHandle[],
): ReadonlyMap<CanonicalHandle, TwitterFound> | undefined => {
  if (!isObject(json) || (json.data === undefined && json.errors === undefined)) return undefined;
  const { data = [] } = json;
  if (!Array.isArray(data)) return undefined;
  const users = new Map<string, TwitterUser>();
  for (const user of data.map(userIn)) {
    // An unreadable user may be one of those looked up, and must not count as unknown.
    if (user === undefined) return undefined;
    users.set(user.name, user);
  }
  const errors = objectsIn(json.errors);
  return new Map(names.map((name) => [name, users.get(name) ?? absenceOf(name, errors)]));
};

const userIn = (user: unknown): TwitterUser | undefined => {
  if (!isObject(user)) return undefined;
  const { id, username, protected: isProtected, connection_status: connections } = user;
  if (typeof id !== 'string' || typeof username !== 'string') return undefined;
  const metrics = isObject(user.public_metrics) ? user.public_metrics : {};
  return {
    id,
    name: username.toLowerCase() as CanonicalHandle,
    isProtected: isProtected === true,
    following: countIn(metrics.following_count),
    followers: countIn(metrics.followers_count),
    connections: Array.isArray(connections) ? connections.map(textIn) : undefined,
  };
};

/** In the detail of an error. */
const NAME = /\[([^\]]*)\]/;

/** Suspended accounts are reported with the same `type` as unknown ones; only title and detail differ. */
const absenceOf = (name: CanonicalHandle, errors: readonly Json[]): TwitterFound => {
  const about = errors.filter((error) => nameIn(error) === name);
  // Twitter quotes the name in brackets, and a name may be `suspended`.
  const words = about.map(({ title, detail }) => `${textIn(title)} ${textIn(detail).replace(NAME, '')}`).join(' ');
  if (/suspended/i.test(`${words} ${about.map(problemIn).join(' ')}`)) return 'suspended';
  const isNotFound = about.every((error) => problemIn(error) === 'resource-not-found' || /not found/i.test(words));
  // An error without a name may be about any of them.
  const isVague = about.length === 0 && errors.some((error) => nameIn(error) === '');
  return isNotFound && !isVague && !/forbidden|not authorized/i.test(words) ? 'unknown' : 'hidden';
};

const nameIn = (error: Json): string => {
  const name = textIn(error.value) || textIn(error.resource_id) || NAME.exec(textIn(error.detail))?.[1];
  return (name ?? '').toLowerCase();
};

/** @returns `hidden`: the list is not shown; `undefined`: this is no page of a list */
export const pageIn = (json: unknown): TwitterPage | 'hidden' | undefined => {
  if (!isObject(json)) return undefined;
  const { data, errors, meta } = json;
  if (data === undefined && objectsIn(errors).length > 0) return 'hidden';
  // An empty last page has no `data`.
  if (!isObject(meta) || (data !== undefined && !Array.isArray(data))) return undefined;
  const ids = objectsIn(data).map(({ id }) => textIn(id));
  const token = textIn(meta.next_token);
  const withheld = objectsIn(errors).map(nameIn);
  return { ids, withheld, token: token === '' ? undefined : token };
};
