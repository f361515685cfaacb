import { PortError } from '../../../../ports/port-error.ts';
import type { RandomUser, RandomUserQuery, RandomUserSource } from '../../../../ports/random-user-source.ts';
import type { UpstreamClient, UpstreamObserver, UpstreamResponse, UpstreamSettings } from '../upstream-client.ts';

/** Those of version 1.4. */
const NATIONALITIES = 'AU BR CA CH DE DK ES FI FR GB IE IN IR MX NL NO NZ RS TR UA US'.split(' ');

/** A seed of this length contains a nationality, which overrides the query's. */
const LENGTH_OF_SEED_WITH_NATIONALITY = 18;

type Settings = Partial<Pick<UpstreamSettings, 'deadlineMs' | 'limits'>>;

/**
 * randomuser.me, version 1.4. It hardly ever reports an error: for values it does not accept it silently substitutes one
 * user, users of any nationality, or users without a name. So every response is checked against the query.
 */
export class RandomUserMe implements RandomUserSource {
  readonly nationalities = NATIONALITIES;
  readonly #connect: () => Promise<UpstreamClient>;
  #client: Promise<UpstreamClient> | undefined;

  constructor(options: { baseUrl: URL; observer?: UpstreamObserver | undefined; settings?: Settings }) {
    const { baseUrl, observer, settings } = options;
    this.#connect = async () => {
      // Loaded at the first query: the HTTP client takes longer to load than the rest of an import.
      const { UpstreamClient } = await import('../upstream-client.ts');
      const defaults = { service: 'RandomUser', baseUrl: baseUrl.href, deadlineMs: 6_000, connections: 2 };
      return new UpstreamClient({ ...defaults, limits: { bytes: 262_144 }, ...settings }, observer);
    };
  }

  async draw(query: RandomUserQuery): Promise<readonly RandomUser[]> {
    this.#client ??= this.#connect();
    return usersIn(await this.#get(await this.#client, query), query);
  }

  async #get(client: UpstreamClient, query: RandomUserQuery): Promise<UpstreamResponse> {
    try {
      const url = client.url(`api/1.4/?${searchParams(query)}`);
      return await client.send({ url, headers: { accept: 'application/json' } });
    } catch (cause) {
      if (!(cause instanceof PortError)) throw cause;
      const code = cause.code === 'upstream.nonsense' ? 'random-users.nonsense' : 'random-users.unavailable';
      throw new PortError(code, cause.message, { cause });
    }
  }
}

const searchParams = ({ count, nationalities, seed, page }: RandomUserQuery): URLSearchParams =>
  new URLSearchParams({
    results: String(count),
    inc: 'name,email,nat',
    page: String(page),
    ...(nationalities.length === 0 ? {} : { nat: nationalities.join(',').toLowerCase() }),
    ...(seed === undefined ? {} : { seed: seed.length === LENGTH_OF_SEED_WITH_NATIONALITY ? `${seed}.` : seed }),
  });

const usersIn = ({ status, json }: UpstreamResponse, { count, nationalities }: RandomUserQuery): RandomUser[] => {
  if (status === 429) throw new PortError('random-users.unavailable', 'RandomUser has reached its rate limit');
  if (status !== 200) throw invalid(`answered ${status}`);
  // Without the cause: it quotes the body, which may be anything.
  if (json === undefined) throw invalid('sent a body that is not JSON');
  const { results, error } = fieldsOf(json);
  if (typeof error === 'string') throw new PortError('random-users.unavailable', 'RandomUser reports an error');
  if (!Array.isArray(results)) throw invalid('sent no list of users');
  if (results.length !== count) throw invalid(`sent a list of ${results.length} instead of ${count}`);
  return results.map((result) => userIn(result, nationalities));
};

const userIn = (result: unknown, nationalities: readonly string[]): RandomUser => {
  const { name, email: sent, nat } = fieldsOf(result);
  const { first, last } = fieldsOf(name);
  const names = [first, last].flatMap((part) => (typeof part === 'string' && part.trim() !== '' ? [part.trim()] : []));
  if (names.length === 0) throw invalid('sent a user without a name');
  const email = sent === undefined ? emailFor(names) : sent;
  if (typeof email !== 'string' || email === '') throw invalid('sent a user without an email address');
  if (nationalities.length > 0 && !nationalities.includes(String(nat))) {
    throw invalid('sent a user of another nationality');
  }
  return { name: names.join(' '), email };
};

/** Replaces a missing address by one of the form the service uses; that domain is reserved. */
const emailFor = (names: readonly string[]): string =>
  `${names.join('.').replaceAll(/\s/g, '').toLowerCase()}@example.com`;

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const invalid = (what: string): PortError => new PortError('random-users.nonsense', `RandomUser ${what}`);
