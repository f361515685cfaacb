import type { CanonicalHandle } from '../../../../domain/developer-pair/handle.ts';

export type TwitterUser = Readonly<{
  id: string;
  name: CanonicalHandle;
  isProtected: boolean;
  /** How many they follow, how many follow them; `undefined`: not told. */
  following: number | undefined;
  followers: number | undefined;
  /** How they stand to the person who asks; `undefined`: not told, which is not "not at all". */
  standing: readonly string[] | undefined;
}>;

/** `hidden`: there is somebody, and that is all we may know. */
export type TwitterFound = TwitterUser | 'unknown' | 'suspended' | 'hidden';

/** `token` of the next page; `undefined`: this was the last one. */
export type TwitterPage = Readonly<{ ids: readonly string[]; token: string | undefined }>;

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectsIn = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
const countIn = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;

/** What is the same for every host of theirs: `https://api.x.com/2/problems/credits` is `credits`. */
export const problemIn = (error: unknown): string =>
  isObject(error) ? (textIn(error.type).split('/problems/')[1] ?? '') : '';

/** @returns `undefined`: this is no answer to a look-up */
export const usersIn = (
  json: unknown,
  names: readonly CanonicalHandle[],
): ReadonlyMap<CanonicalHandle, TwitterFound> | undefined => {
  if (!isObject(json) || (json.data === undefined && json.errors === undefined)) return undefined;
  const { data = [] } = json;
  if (!Array.isArray(data)) return undefined;
  const users = new Map<string, TwitterUser>();
  for (const user of data.map(userIn)) {
    // Whom we cannot read may be the one we ask for, and must not pass for nobody.
    if (user === undefined) return undefined;
    users.set(user.name, user);
  }
  const errors = objectsIn(json.errors);
  return new Map(names.map((name) => [name, users.get(name) ?? absenceOf(name, errors)]));
};

const userIn = (user: unknown): TwitterUser | undefined => {
  if (!isObject(user)) return undefined;
  const { id, username, protected: isProtected, connection_status: standing } = user;
  if (typeof id !== 'string' || typeof username !== 'string') return undefined;
  const metrics = isObject(user.public_metrics) ? user.public_metrics : {};
  return {
    id,
    name: username.toLowerCase() as CanonicalHandle,
    isProtected: isProtected === true,
    following: countIn(metrics.following_count),
    followers: countIn(metrics.followers_count),
    standing: Array.isArray(standing) ? standing.map(textIn) : undefined,
  };
};

/** Suspended accounts come under the same `type` as unknown ones: only title and detail tell them apart. */
const absenceOf = (name: CanonicalHandle, errors: readonly Json[]): TwitterFound => {
  const about = errors.filter((error) => nameIn(error) === name);
  const words = about.map((error) => `${textIn(error.title)} ${textIn(error.detail)}`).join(' ');
  if (/suspended/i.test(`${words} ${about.map(problemIn).join(' ')}`)) return 'suspended';
  const isNotFound = about.every((error) => problemIn(error) === 'resource-not-found' || /not found/i.test(words));
  // An error that names nobody may be about anybody.
  const isVague = about.length === 0 && errors.some((error) => nameIn(error) === '');
  return isNotFound && !isVague && !/forbidden|not authorized/i.test(words) ? 'unknown' : 'hidden';
};

const nameIn = (error: Json): string => {
  const name = textIn(error.value) || textIn(error.resource_id) || /\[([^\]]*)\]/.exec(textIn(error.detail))?.[1];
  return (name ?? '').toLowerCase();
};

/** @returns `hidden`: this list is not shown to us; `undefined`: this is no page of a list */
export const pageIn = (json: unknown): TwitterPage | 'hidden' | undefined => {
  if (!isObject(json)) return undefined;
  const { data, errors, meta } = json;
  if (data === undefined && objectsIn(errors).length > 0) return 'hidden';
  // The last page may be empty, and then it has no `data` at all.
  if (!isObject(meta) || (data !== undefined && !Array.isArray(data))) return undefined;
  const ids = objectsIn(data).map(({ id }) => textIn(id));
  const token = textIn(meta.next_token);
  return { ids, token: token === '' ? undefined : token };
};
