import { PortError } from '../../../../ports/port-error.ts';
import type { RandomUser, RandomUserQuery, RandomUserSource } from '../../../../ports/random-user-source.ts';
import type { HttpLimits, RetryingGet } from './patient-get.ts';

/** Those of version 1.4. */
const NATIONALITIES = 'AU BR CA CH DE DK ES FI FR GB IE IN IR MX NL NO NZ RS TR UA US'.split(' ');

const LIMITS: HttpLimits = { deadlineMs: 6_000, mostBytes: 262_144, connections: 2 };

/** A seed of so many characters brings a nationality of its own and overrules ours. */
const SEED_WITH_NATIONALITY = 18;

export type CallResult = 'answered' | 'unavailable' | 'nonsense';

type OnCall = (result: CallResult, seconds: number) => void;

/**
 * randomuser.me, by its version 1.4. It hardly ever says no: what it does not like it silently replaces, by one person,
 * by people from anywhere, by people without a name. So every answer is held against the question.
 */
export class RandomUserMe implements RandomUserSource {
  readonly nationalities = NATIONALITIES;
  readonly #path: string;
  readonly #onCall: OnCall;
  readonly #connect: () => Promise<RetryingGet>;
  #http: Promise<RetryingGet> | undefined;

  /** @param options.onCall told how each call ended, and how long it took */
  constructor(options: { baseUrl: URL; limits?: Partial<HttpLimits>; onCall?: OnCall }) {
    const { baseUrl, limits, onCall = () => {} } = options;
    this.#path = `${baseUrl.pathname.replace(/\/$/, '')}/api/1.4/`;
    // Loaded when somebody wants people: the client takes longer to load than all else that an import needs.
    this.#connect = async () => {
      const { RetryingGet } = await import('./patient-get.ts');
      return new RetryingGet(baseUrl.origin, { ...LIMITS, ...limits });
    };
    this.#onCall = onCall;
  }

  async draw(wish: RandomUserQuery): Promise<readonly RandomUser[]> {
    const startedMs = performance.now();
    const tell = (result: CallResult) => this.#onCall(result, (performance.now() - startedMs) / 1000);
    try {
      this.#http ??= this.#connect();
      const answer = await (await this.#http).json(`${this.#path}?${queryFor(wish)}`);
      const people = peopleIn(answer, wish);
      tell('answered');
      return people;
    } catch (error) {
      if (error instanceof PortError) {
        tell(error.code === 'random-users.nonsense' ? 'nonsense' : 'unavailable');
      }
      throw error;
    }
  }
}

const queryFor = ({ count, nationalities, seed, page }: RandomUserQuery): URLSearchParams =>
  new URLSearchParams({
    results: String(count),
    inc: 'name,email,nat',
    page: String(page),
    ...(nationalities.length === 0 ? {} : { nat: nationalities.join(',').toLowerCase() }),
    ...(seed === undefined ? {} : { seed: seed.length === SEED_WITH_NATIONALITY ? `${seed}.` : seed }),
  });

const peopleIn = (answer: unknown, { count, nationalities }: RandomUserQuery): RandomUser[] => {
  const { results, error } = fieldsOf(answer);
  if (typeof error === 'string') throw new PortError('random-users.unavailable', 'The random people are out of order');
  if (!Array.isArray(results)) throw nonsense('no list of people');
  if (results.length !== count) throw nonsense(`a list of ${results.length} instead of ${count}`);
  return results.map((result) => personIn(result, nationalities));
};

const personIn = (result: unknown, nationalities: readonly string[]): RandomUser => {
  const { name, email: given, nat } = fieldsOf(result);
  const { first, last } = fieldsOf(name);
  const names = [first, last].flatMap((part) => (typeof part === 'string' && part.trim() !== '' ? [part.trim()] : []));
  if (names.length === 0) throw nonsense('somebody without a name');
  const email = given === undefined ? addressFor(names) : given;
  if (typeof email !== 'string' || email === '') throw nonsense('somebody without an address');
  const isWished = nationalities.length === 0 || nationalities.includes(String(nat));
  if (!isWished) throw nonsense('somebody of another nationality');
  return { name: names.join(' '), email };
};

/** An address that was left out, made as the service makes its own; that domain belongs to nobody. */
const addressFor = (names: readonly string[]): string =>
  `${names.join('.').replaceAll(/\s/g, '').toLowerCase()}@example.com`;

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const nonsense = (what: string): PortError =>
  new PortError('random-users.nonsense', `The service of random people sent ${what}`);
