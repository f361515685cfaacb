import { Caller } from '../../domain/access/caller.ts';
import { Fingerprint } from '../../domain/license/fingerprint.ts';
import type { LicenseId } from '../../domain/license/license-id.ts';
import type { LicenseTermsInput } from '../../domain/license/license-terms.ts';
import { DAY_MS, Instant } from '../../domain/shared/instant.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import { CheckDeveloperPair } from '../developer-pair/check-developer-pair.ts';
import { UseCase } from '../use-case.ts';
import { ActivateLicense } from './activate-license.ts';
import { ChangeLicense } from './change-license.ts';
import { IssueLicense } from './issue-license.ts';

type Deps = Pick<Ports, 'unitOfWork' | 'idGenerator' | 'clock' | 'randomSource'> & { idempotencyRetentionMs: number };

const HISTORY_DAYS = 60;

const CHANGE_DAY = -10;

type SampleMachine = readonly [fingerprint: string, name: string, since: number];

type Step = Readonly<{ day: number; run: () => Promise<void> }>;

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
  machines?: readonly SampleMachine[];
  /** Applied on the day {@link CHANGE_DAY}. */
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
    const steps = SAMPLES.flatMap((sample) => this.#stepsOf(sample, owners[sample.owner] ?? '', now));
    // In the order of their days: lists and the audit log are in the order of the ids.
    for (const { run } of steps.sort((a, b) => a.day - b.day)) await run();
    for (const [day, follow, names] of CHECKS) await this.#check(dayOf(now, day), follow, new Set(names));
  }

  #stepsOf({ issued, machines = [], change, ...terms }: Sample, userId: string, now: Instant): readonly Step[] {
    const command = { caller: Caller.system('server'), client: NO_CLIENT };
    let licenseId!: LicenseId;
    const issue = async () => {
      const deps = { ...this.#on(dayOf(now, issued)), registration: 'open' as const, throttle: NO_LIMIT };
      licenseId = (await new IssueLicense(deps).execute({ ...command, userId, terms: termsOf(terms, now) })).id;
    };
    const activate = async ([fingerprint, name, since]: SampleMachine) => {
      const deps = { ...this.#on(dayOf(now, since)), processThrottle: NO_LIMIT };
      await new ActivateLicense(deps).execute({ ...command, licenseId, fingerprint, name });
      // Of the validations that the counts of today show.
      const seat = { licenseId, fingerprint: Fingerprint.parse(fingerprint) };
      await this.deps.unitOfWork.run(async ({ licenses, activations }) => {
        await activations.touchLastSeen(new Map([[dayOf(now, 0), [seat]]]));
        await licenses.touchLastValidated(new Map([[dayOf(now, 0), [licenseId]]]));
      });
    };
    return [
      { day: issued, run: issue },
      ...machines.map((machine) => ({ day: machine[2], run: () => activate(machine) })),
      ...(change === undefined
        ? []
        : [
            {
              day: CHANGE_DAY,
              run: async () => {
                await new ChangeLicense(this.#on(dayOf(now, CHANGE_DAY)))[change]({ ...command, licenseId });
              },
            },
          ]),
    ];
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

const termsOf = (
  { product, starts, expires, graceDays, seats, entitlements }: Omit<Sample, 'issued' | 'machines' | 'change'>,
  now: Instant,
): LicenseTermsInput => ({
  product,
  ...(starts !== undefined && { startsAt: Instant.format(dayOf(now, starts)) }),
  expiresAt: expires === null ? null : Instant.format(dayOf(now, expires)),
  ...(graceDays !== undefined && { graceDays }),
  maxActivations: seats,
  ...(entitlements && { entitlements }),
});

const NO_LIMIT = {
  count() {},
  countWithin: async () => {},
  logRejection: <T>(_: unknown, work: () => Promise<T>) => work(),
};

const NO_CLIENT = { ip: '', userAgent: '', requestId: 'samples' };

/** Whole seconds, as the terms of licenses are. */
const dayOf = (now: Instant, day: number): Instant => Instant.wholeSecond(Instant.plusMs(now, day * DAY_MS));
