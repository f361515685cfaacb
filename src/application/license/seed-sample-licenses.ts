import { Caller } from '../../domain/access/caller.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import { CheckDeveloperPair } from '../developer-pair/check-developer-pair.ts';
import { UseCase } from '../use-case.ts';
import { ActivateLicense } from './activate-license.ts';
import { ChangeLicense } from './change-license.ts';
import { IssueLicense } from './issue-license.ts';

type Deps = Pick<Ports, 'unitOfWork' | 'idGenerator' | 'clock' | 'randomSource'> & { idempotencyRetentionMs: number };

const DAY_MS = 86_400_000;
const HISTORY_DAYS = 60;

/** Days are counted from today; the past is negative. */
type Sample = Readonly<{
  owner: number;
  issued: number;
  product: string;
  expires: number | null;
  starts?: number;
  graceDays?: number;
  seats: number | null;
  entitlements?: readonly string[];
  machines?: readonly (readonly [fingerprint: string, name: string, since: number])[];
  /** Applied ten days ago. */
  change?: 'suspend' | 'revoke';
}>;

/** One license in each state that a console shows. */
const SAMPLES: readonly Sample[] = [
  {
    owner: 0,
    issued: -58,
    product: 'editor-pro',
    expires: 307,
    seats: 5,
    entitlements: ['export', 'sync'],
    machines: [
      ['4f3a91c2e07b5d68', 'Studio iMac', -57],
      ['a1c47be9d2503f86', 'Laptop', -41],
      ['09d8e6f4c3b2a157', 'Render node 1', -12],
    ],
  },
  {
    owner: 0,
    issued: -52,
    product: 'editor-lite',
    expires: 9,
    seats: 1,
    machines: [['c5e17a0b48d9f263', 'Tablet', -50]],
  },
  {
    owner: 0,
    issued: -45,
    product: 'render-farm',
    expires: -4,
    graceDays: 14,
    seats: 20,
    machines: [['7b6d0c9e15f8a342', 'Farm controller', -45]],
  },
  { owner: 1, issued: -49, product: 'editor-pro', expires: 316, seats: 3, change: 'suspend' },
  { owner: 1, issued: -50, product: 'editor-lite', expires: -20, seats: 1 },
  { owner: 1, issued: -3, product: 'render-farm', starts: 12, expires: 377, seats: 10 },
  { owner: 1, issued: -38, product: 'editor-lite', expires: null, seats: null, change: 'revoke' },
];

/** Results of pair checks, by day. */
const CHECKS: readonly (readonly [day: number, follow: boolean, organisations: readonly string[]])[] = [
  [-34, false, []],
  [-27, true, ['sample-guild']],
  [-13, false, ['sample-guild']],
  [-6, true, ['sample-guild', 'sample-lab']],
];

/**
 * Fills a development store with licenses, seats and checks of a pair of developers, so that no page is empty. They come
 * by the use cases of the API, under a clock that begins weeks ago.
 */
export class SeedSampleLicenses extends UseCase<Deps> {
  static readonly HISTORY_MS = HISTORY_DAYS * DAY_MS;

  async execute({ owners }: Readonly<{ owners: readonly UserId[] }>): Promise<void> {
    const { clock } = this.deps;
    const now = clock.now();
    for (const sample of SAMPLES) await this.#issue(sample, owners[sample.owner] ?? '', now);
    for (const [day, follow, names] of CHECKS) await this.#check(dayOf(now, day), follow, new Set(names));
  }

  async #issue(sample: Sample, userId: string, now: Instant): Promise<void> {
    const { issued, starts, expires, product, graceDays, seats, entitlements, machines = [], change } = sample;
    const command = { caller: Caller.system('server'), client: NO_CLIENT };
    const terms = {
      product,
      ...(starts !== undefined && { startsAt: Instant.format(dayOf(now, starts)) }),
      expiresAt: expires === null ? null : Instant.format(dayOf(now, expires)),
      ...(graceDays !== undefined && { graceDays }),
      maxActivations: seats,
      ...(entitlements && { entitlements }),
    };
    const { id: licenseId } = await new IssueLicense({
      ...this.#on(dayOf(now, issued)),
      registration: 'open',
      throttle: { countWithin: async () => {} },
    }).execute({ ...command, userId, terms });
    for (const [fingerprint, name, since] of machines) {
      const activate = new ActivateLicense({ ...this.#on(dayOf(now, since)), processThrottle: { count() {} } });
      await activate.execute({ ...command, licenseId, fingerprint, name });
    }
    if (change !== undefined) await new ChangeLicense(this.#on(dayOf(now, -10)))[change]({ ...command, licenseId });
  }

  async #check(at: Instant, follow: boolean, names: ReadonlySet<string>): Promise<void> {
    const check = new CheckDeveloperPair({
      ...this.#on(at),
      followGraph: { followEachOther: async () => ({ kind: follow ? 'yes' : 'no' }) },
      organisationDirectory: { organisationsOf: async () => ({ kind: 'organisations', names }) },
    });
    await check.execute({ developers: ['sample-dev1', 'sample-dev2'] });
  }

  /** The ports at another time. What the samples do is no event of security. */
  #on(at: Instant) {
    return { ...this.deps, clock: { now: () => at }, securityLog: { record() {} } };
  }
}

const NO_CLIENT = { ip: '', userAgent: '', requestId: '' };

/** Whole seconds, as the terms of licenses are. */
const dayOf = (now: Instant, day: number): Instant => Instant.wholeSecond(Instant.plusMs(now, day * DAY_MS));
