import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Secret as Seed, TOTP } from 'otpauth';
import { CodeRequired } from '../../src/application/user/log-in.ts';
import type { Environment } from '../../src/composition/config/config.ts';
import { readConfig } from '../../src/composition/config/config.ts';
import { compose } from '../../src/composition/wiring/container.ts';
import { memoryStores, type OpenStores } from '../../src/composition/wiring/open.ts';
import { Ports } from '../../src/composition/wiring/ports.ts';
import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import type { AuditAction } from '../../src/domain/audit/audit-entry.ts';
import { DomainError } from '../../src/domain/shared/domain-error.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import { PasswordHash } from '../../src/domain/user/password-hash.ts';
import type { PasswordHasher } from '../../src/ports/password-hasher.ts';
import { PortError } from '../../src/ports/port-error.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { openDatabase } from '../contracts/open-sqlite-file.ts';
import { FixedClock } from '../doubles/fixed-clock.ts';
import { MemoryMailer } from '../doubles/memory-mailer.ts';
import { MemoryRandomUsers } from '../doubles/memory-random-users.ts';
import { AUDITED_TABLES } from './audited-changes.ts';
import { AuditedMemoryStores } from './audited-memory-stores.ts';
import { auditedSqliteStores, tablesIn } from './audited-sqlite-stores.ts';

const EMAILS = ['ada@example.com', 'bob@example.com', 'cy@example.com'];
const PASSWORDS = ['analytical engine 1843', 'difference engine 1822'];
const client = { ip: '192.0.2.1', userAgent: 'test', requestId: 'r1' };
const [root, system] = [Caller.root(), Caller.system('cli')];
const MINUTE_MS = 60_000;

/** Chooses in a way that the number decides. */
class Choice {
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  below(end: number): number {
    this.#seed = (this.#seed * 48_271 + 11) % 2_147_483_647;
    return this.#seed % end;
  }

  of<T>(items: readonly T[]): T {
    if (items.length === 0) throw new NothingToChoose();
    return items[this.below(items.length)] as T;
  }
}

/** There is no license or session yet that the operation could be about. */
class NothingToChoose extends Error {}

/** A hash that costs nothing. Its parameters can be raised. */
class CheapHasher implements PasswordHasher {
  passes = 1;
  #salt = 0;

  async hash(password: Secret): Promise<PasswordHash> {
    this.#salt += 1;
    const salt = String(this.#salt).padStart(22, 'A');
    const key = Buffer.from(password.reveal()).toString('base64').replaceAll('=', '').padEnd(43, 'A').slice(0, 43);
    return PasswordHash.parse(`$argon2id$v=19$m=64,t=${this.passes},p=1$${salt}$${key}`);
  }

  async verify(stored: PasswordHash | null, candidate: Secret): Promise<boolean> {
    return stored?.split('$').at(-1) === (await this.hash(candidate)).split('$').at(-1);
  }

  expectParameters(): void {}

  isOutdated(stored: PasswordHash): boolean {
    return !stored.includes(`t=${this.passes},`);
  }
}

/** The core over one store, and what its clients have learnt. */
class World {
  readonly clock = new FixedClock(NEW_YEAR);
  readonly mailer = new MemoryMailer();
  readonly hasher = new CheapHasher();
  readonly useCases: UseCases;
  readonly sessions: Secret[] = [];
  readonly licenses: string[] = [];
  readonly tokens: string[] = [];
  /** Of second factors, by user. */
  readonly seeds = new Map<string, Secret>();

  constructor(stores: OpenStores, env: Environment) {
    const settings = { DATABASE_URL: 'memory:', PASSWORD_BLOCKLIST: 'off', ADMIN_API_KEY: 'a'.repeat(40), ...env };
    const adapters = { stores, mailer: this.mailer, securityLog: { record: () => {} } };
    this.useCases = compose(readConfig(settings), adapters, (container) => {
      container.register(Ports.clock, { useValue: this.clock });
      container.register(Ports.passwordHasher, { useValue: this.hasher });
      container.register(Ports.randomUserSource, { useValue: new MemoryRandomUsers() });
    }).useCases;
  }

  async users() {
    return (await this.useCases.listUsers.execute({ caller: root, limit: 100 })).items;
  }

  async userId(choice: Choice): Promise<string> {
    return choice.of(await this.users()).id;
  }

  /** A person with a session, or the administrator. */
  async caller(choice: Choice): Promise<Caller> {
    if (this.sessions.length === 0 || choice.below(3) === 0) return root;
    return (await this.authenticate(choice.of(this.sessions))).caller;
  }

  async person(choice: Choice): Promise<Caller> {
    return (await this.authenticate(choice.of(this.sessions))).caller;
  }

  authenticate(token: Secret) {
    return this.useCases.authenticate.execute({ token, isBearer: true, client });
  }

  codeOf(seed: Secret): Secret {
    const totp = new TOTP({ secret: Seed.fromBase32(seed.reveal()) });
    return new Secret(totp.generate({ timestamp: Instant.epochMs(this.clock.now()) }));
  }

  /** A token that an email contained, mostly a recent one. */
  async mailed(choice: Choice): Promise<Readonly<{ email: string; token: Secret }>> {
    await this.useCases.deliverMail.execute();
    const sent = this.mailer.sent.map(({ mail }) => mail).slice(-3);
    const { to, text } = choice.of(sent);
    const token = /[\w-]{43}/.exec(text)?.[0];
    if (token === undefined) throw new NothingToChoose();
    return { email: to, token: new Secret(token) };
  }
}

type Operation = (world: World, choice: Choice) => Promise<unknown>;

const password = (choice: Choice): Secret => new Secret(choice.of(PASSWORDS));
const ofLicense = async (world: World, choice: Choice) => ({
  caller: await world.caller(choice),
  licenseId: choice.of(world.licenses),
  client,
});

const ofToken = async (world: World, choice: Choice) => ({
  caller: await world.caller(choice),
  tokenId: choice.of(world.tokens),
  client,
});

const logIn: Operation = async (world, choice) => {
  const earlierToken = choice.below(2) === 0 ? world.sessions.at(-1) : undefined;
  const login = { email: choice.of(EMAILS), password: password(choice), earlierToken, client };
  world.sessions.push((await world.useCases.logIn.execute(login)).token);
};

/** The user of a session, with what their authenticator app shows. */
const withApp = async (world: World, choice: Choice) => {
  const caller = await world.person(choice);
  const seed = world.seeds.get(caller.userId ?? '');
  return { caller, code: seed === undefined ? new Secret('000000') : world.codeOf(seed), client };
};

/** Each use case that writes, by its name and what is done. */
const OPERATIONS = {
  'registerUser open': ({ useCases }, choice) =>
    useCases.registerUser.execute({ email: choice.of(EMAILS), password: password(choice), age: 36, client }),
  'registerUser request': ({ useCases }, choice) => useCases.registerUser.request({ email: choice.of(EMAILS), client }),
  'registerUser complete': async (world, choice) => {
    const { email, token } = await world.mailed(choice);
    return world.useCases.registerUser.complete({ email, token, password: password(choice), age: 36, client });
  },
  'confirmEmail request': async (world, choice) =>
    world.useCases.confirmEmail.request({
      caller: await world.caller(choice),
      userId: await world.userId(choice),
      client,
    }),
  confirmEmail: async (world, choice) =>
    world.useCases.confirmEmail.execute({ token: (await world.mailed(choice)).token, client }),
  createUser: ({ useCases }, choice) =>
    useCases.createUser.execute({ caller: root, email: choice.of(EMAILS), password: password(choice), client }),
  importRandomUsers: async ({ useCases }) => {
    const command = { caller: root, count: 1, atMost: 5, withPasswords: false, client };
    for await (const _ of useCases.importRandomUsers.execute(command));
  },
  seedSampleUsers: ({ useCases }) => useCases.seedSampleUsers.execute({ wipeFirst: false }),
  'logIn right': logIn,
  'logIn wrong': async ({ useCases }) => {
    const login = { email: EMAILS[0] as string, password: new Secret('wrong'), client };
    for (const _ of Array(11)) await ignoringRejection(useCases.logIn.execute(login));
  },
  'logIn after stronger hashing': async (world, choice) => {
    world.hasher.passes += 1;
    return logIn(world, choice);
  },
  logOut: async (world, choice) => world.useCases.logOut.execute({ caller: await world.person(choice), client }),
  endSession: async (world, choice) => {
    const { sessionId } = await world.person(choice);
    const caller = await world.caller(choice);
    return world.useCases.endSession.execute({ caller, sessionId: sessionId ?? '', client });
  },
  'endSession others': async (world, choice) =>
    world.useCases.endSession.others({ caller: await world.person(choice), client }),
  'endSession allOf': async (world, choice) =>
    world.useCases.endSession.allOf({ caller: await world.caller(choice), userId: await world.userId(choice), client }),
  elevateSession: async (world, choice) =>
    world.useCases.elevateSession.execute({ caller: await world.person(choice), password: password(choice), client }),
  'manageSecondFactor begin': async (world, choice) => {
    const caller = await world.person(choice);
    const { seed } = await world.useCases.manageSecondFactor.begin({ caller, client });
    world.seeds.set(caller.userId ?? '', seed);
  },
  'manageSecondFactor confirm': async (world, choice) =>
    world.useCases.manageSecondFactor.confirm(await withApp(world, choice)),
  'manageSecondFactor replaceRecoveryCodes': async (world, choice) =>
    world.useCases.manageSecondFactor.replaceRecoveryCodes(await withApp(world, choice)),
  'manageSecondFactor remove': async (world, choice) =>
    world.useCases.manageSecondFactor.remove(await withApp(world, choice)),
  'manageSecondFactor reset': async (world, choice) =>
    world.useCases.manageSecondFactor.reset({ caller: root, userId: await world.userId(choice), client }),
  'logIn with a code': async (world, choice) => {
    const { id, email } = choice.of(await world.users());
    const code = world.codeOf(world.seeds.get(id) ?? choice.of([]));
    try {
      await world.useCases.logIn.execute({ email, password: password(choice), client });
    } catch (error) {
      if (!(error instanceof CodeRequired)) throw error;
      world.sessions.push((await world.useCases.logIn.complete({ challenge: error.challenge, code, client })).token);
    }
  },
  'updateUser name': async (world, choice) =>
    world.useCases.updateUser.execute({
      caller: await world.caller(choice),
      userId: await world.userId(choice),
      change: { name: choice.of(['Ada', 'Bob', null]) },
      client,
    }),
  'updateUser email': async (world, choice) =>
    world.useCases.updateUser.execute({
      caller: root,
      userId: await world.userId(choice),
      change: { email: choice.of(EMAILS) },
      client,
    }),
  'updateUser password': async (world, choice) => {
    const caller = await world.person(choice);
    const change = { password: password(choice) };
    const command = { caller, userId: caller.userId ?? '', change, currentPassword: password(choice), client };
    return world.useCases.updateUser.execute(command);
  },
  deleteUser: async (world, choice) =>
    world.useCases.deleteUser.execute({ caller: root, userId: await world.userId(choice), client }),
  'banUser ban': async (world, choice) =>
    world.useCases.banUser.ban({ caller: root, userId: await world.userId(choice), reason: 'chargeback', client }),
  'banUser unban': async (world, choice) =>
    world.useCases.banUser.unban({ caller: root, userId: await world.userId(choice), client }),
  requestPasswordReset: ({ useCases }, choice) =>
    useCases.requestPasswordReset.execute({ email: choice.of(EMAILS), client }),
  resetPassword: async (world, choice) => {
    const { email, token } = await world.mailed(choice);
    return world.useCases.resetPassword.execute({ email, token, newPassword: password(choice), client });
  },
  deliverMail: ({ useCases }) => useCases.deliverMail.execute(),
  'manageStaff put': async (world, choice) => {
    const role = choice.of(['admin', 'support', 'reader'] as const);
    return world.useCases.manageStaff.put({ caller: root, userId: await world.userId(choice), role, client });
  },
  'manageStaff add': ({ useCases }, choice) =>
    useCases.manageStaff.add({
      caller: system,
      email: choice.of(EMAILS),
      role: choice.of(['admin', 'support'] as const),
      allowsExisting: true,
      client,
    }),
  'manageStaff remove': async (world, choice) =>
    world.useCases.manageStaff.remove({ caller: root, userId: await world.userId(choice), client }),
  issueLicense: async (world, choice) => {
    const userId = await world.userId(choice);
    const terms = { maxActivations: 2, days: 30 };
    const notify = choice.below(2) === 0;
    const { id } = await world.useCases.issueLicense.execute({ caller: root, userId, terms, notify, client });
    world.licenses.push(id);
  },
  mailLicenseKey: async (world, choice) => world.useCases.mailLicenseKey.execute(await ofLicense(world, choice)),
  'changeLicense suspend': async (world, choice) =>
    world.useCases.changeLicense.suspend(await ofLicense(world, choice)),
  'changeLicense reinstate': async (world, choice) =>
    world.useCases.changeLicense.reinstate(await ofLicense(world, choice)),
  'changeLicense revoke': async (world, choice) => world.useCases.changeLicense.revoke(await ofLicense(world, choice)),
  'changeLicense renew': async (world, choice) =>
    world.useCases.changeLicense.renew({ ...(await ofLicense(world, choice)), renewal: { days: 30 } }),
  'changeLicense updateTerms': async (world, choice) => {
    const change = { graceDays: choice.below(2), metadata: { plan: choice.of(['a', 'b']) } };
    return world.useCases.changeLicense.updateTerms({ ...(await ofLicense(world, choice)), change });
  },
  activateLicense: async (world, choice) => {
    const machine = { fingerprint: choice.of(['m-1', 'm-2', 'm-3']), name: choice.of(['Desk', 'Lap', undefined]) };
    return world.useCases.activateLicense.execute({ ...(await ofLicense(world, choice)), ...machine });
  },
  deactivateLicense: async (world, choice) => {
    const fingerprint = choice.of(['m-1', 'm-2', 'm-3']);
    return world.useCases.deactivateLicense.execute({ ...(await ofLicense(world, choice)), fingerprint });
  },
  checkOutLicense: async (world, choice) => {
    const file = { ttl: choice.of([60, 120, undefined]), fingerprint: choice.of(['m-1', 'm-2', undefined]) };
    return world.useCases.checkOutLicense.execute({ ...(await ofLicense(world, choice)), ...file });
  },
  validateLicense: async (world, choice) => {
    const license = await world.useCases.readLicense.execute({ caller: root, licenseId: choice.of(world.licenses) });
    return world.useCases.validateLicense.execute({ licenseKey: license.key, client });
  },
  'manageTokens create': async (world, choice) => {
    const input = { name: 'build server', scopes: ['licenses:read'], expiresInDays: 1 } as const;
    const caller = await world.caller(choice);
    const { token, secret } = await world.useCases.manageTokens.create({ caller, input, client });
    world.tokens.push(token.id);
    await world.authenticate(secret);
  },
  'manageTokens change': async (world, choice) => {
    const change = { name: choice.of(['a', 'b', undefined]), networks: choice.of([[], ['192.0.2.0/24'], undefined]) };
    return world.useCases.manageTokens.change({ ...(await ofToken(world, choice)), change });
  },
  'manageTokens rotate': async (world, choice) => world.useCases.manageTokens.rotate(await ofToken(world, choice)),
  'manageTokens revoke': async (world, choice) => world.useCases.manageTokens.revoke(await ofToken(world, choice)),
  recordTokenUses: ({ useCases }) => useCases.recordTokenUses.execute(),
  recordValidations: ({ useCases }) => useCases.recordValidations.execute(),
  createFirstSigningKey: ({ useCases }) => useCases.createFirstSigningKey.execute(),
  rotateSigningKey: ({ useCases }) => useCases.rotateSigningKey.execute({ caller: system, client }),
  'authenticate wrong': async (world, choice) => {
    const token = new Secret(`wrong ${choice.below(3)}`);
    for (const _ of Array(101)) await ignoringRejection(world.authenticate(token));
  },
  purgeExpired: ({ useCases }) => useCases.purgeExpired.execute(),
  sealAuditEntries: ({ useCases }) => useCases.sealAuditEntries.execute(),
} satisfies Readonly<Record<string, Operation>>;

/** The use cases that write none of the audited tables, or only their encryption. */
const OTHERS: readonly (keyof UseCases)[] = [
  'authenticateOnPages',
  'backUpStore',
  'checkDeveloperPair',
  'checkLicenseKey',
  'checkReadiness',
  'checkSealingKey',
  'copyStore',
  'describeCaller',
  'describeStore',
  'equalizeLoginWork',
  'exportAuditLog',
  'exportList',
  'exportUser',
  'importRandomUsersRemotely',
  'listActivations',
  'listLicenses',
  'listPublicKeys',
  'listSessions',
  'listUsers',
  'notifyLockedLogins',
  'purgeAuditLog',
  'ratePassword',
  'readAuditLog',
  'readLicense',
  'readOverview',
  'readPairHistory',
  'readUser',
  'recordDailyCounts',
  'resealValues',
  'sendExpiryNotices',
  'showLicenseKey',
  'suggestPassword',
  'tryPasswordScenarios',
  'verifyAuditLog',
  'verifyLicenseFile',
];

/** Every action that these operations lead to. */
const ACTIONS: readonly AuditAction[] = [
  'activation.created',
  'activation.removed',
  'license.changed',
  'license.issued',
  'license.mailed',
  'license.reinstated',
  'license.renewed',
  'license.revoked',
  'license.suspended',
  'limit.reached',
  'mfa.disabled',
  'mfa.enabled',
  'mfa.recovery_codes_replaced',
  'mfa.reset',
  'mfa.started',
  'registration.requested',
  'session.begun',
  'session.elevated',
  'session.ended',
  'signing_key.created',
  'signing_key.rotated',
  'staff.added',
  'staff.changed',
  'staff.removed',
  'token.changed',
  'token.created',
  'token.revoked',
  'token.rotated',
  'user.banned',
  'user.confirmation_sent',
  'user.created',
  'user.deleted',
  'user.email_change_cancelled',
  'user.email_change_requested',
  'user.email_changed',
  'user.email_confirmed',
  'user.imported',
  'user.password_changed',
  'user.password_reset',
  'user.password_reset_requested',
  'user.registered',
  'user.unbanned',
  'user.updated',
];

const ignoringRejection = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    const isRejection = error instanceof DomainError || error instanceof PortError || error instanceof NothingToChoose;
    if (!isRejection) throw error;
  }
};

type Step = Readonly<{ name: keyof typeof OPERATIONS; seed: number; minutes: number }>;

const aStep: fc.Arbitrary<Step> = fc.record({
  name: fc.constantFrom(...(Object.keys(OPERATIONS) as Step['name'][])),
  seed: fc.nat(),
  minutes: fc.constantFrom(0, 0, 0, 1, 7),
});

/** So that most steps meet a user, a session and a license. */
const BEGINNING: readonly Step['name'][] = ['createUser', 'logIn right', 'logIn right', 'issueLicense', 'issueLicense'];

/** Seldom led to by chance: a code is right for one user and half a minute. */
const secondFactor = (seed: number): Step[] =>
  (
    [
      'manageSecondFactor begin',
      'manageSecondFactor confirm',
      'manageSecondFactor replaceRecoveryCodes',
      'logIn with a code',
      'manageSecondFactor remove',
      'manageSecondFactor begin',
      'manageSecondFactor confirm',
      ...Array<Step['name']>(6).fill('manageSecondFactor reset'),
    ] as const
  ).map((name) => ({ name, seed, minutes: name === 'logIn with a code' ? 1 : 0 }));

/** The first file that a license is checked out to makes the first key. */
const checkOut = (seed: number): Step[] =>
  (['activateLicense', 'checkOutLicense', 'checkOutLicense'] as const).map((name, nth) => ({
    name,
    seed: seed + nth,
    minutes: 0,
  }));

const EXAMPLES = Array.from({ length: 40 }, (_, seed): [Environment, Step[]] => [
  {},
  [...secondFactor(seed), ...checkOut(seed)],
]);

const play = async (world: World, steps: readonly Step[]): Promise<void> => {
  const begun = BEGINNING.map((name, nth): Step => ({ name, seed: (steps[0]?.seed ?? 0) + nth, minutes: 0 }));
  for (const { name, seed, minutes } of [...begun, ...steps]) {
    // Two log-ins in one millisecond would elevate a session to the same end.
    world.clock.advance(minutes * MINUTE_MS + 1);
    await ignoringRejection((OPERATIONS[name] as Operation)(world, new Choice(seed)));
  }
};

const MODES: readonly Environment[] = [
  {},
  { REGISTRATION: 'confirmed' },
  {
    NODE_ENV: 'production',
    REQUIRE_MFA: 'off',
    MAIL_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'guildhall@example.com',
    LICENSE_KEY_SECRET: 'k'.repeat(32),
  },
];

describe('Every change of an audited table', () => {
  it('has its entry in the same unit of work, whatever the order of the use cases', async () => {
    const seen = new Set<AuditAction>();
    const property = fc.asyncProperty(
      fc.constantFrom(...MODES),
      fc.array(aStep, { minLength: 20, maxLength: 60 }),
      async (env, steps) => {
        const stores = new AuditedMemoryStores();
        await play(new World(memoryStores(stores), env), steps);
        for (const { entry } of await stores.audit.list({ filter: {}, limit: 10_000 })) {
          seen.add(entry.toSnapshot().action);
        }
      },
    );
    await fc.assert(property, { numRuns: 140, seed: 21, examples: EXAMPLES });
    assert.deepEqual(
      ACTIONS.filter((action) => !seen.has(action)),
      [],
      'actions that no run has led to',
    );
  });

  it('has it on SQLite too', async () => {
    const property = fc.asyncProperty(fc.array(aStep, { minLength: 20, maxLength: 40 }), async (steps) => {
      await using file = await openDatabase();
      await play(new World(auditedSqliteStores(file), {}), steps);
    });
    await fc.assert(property, { numRuns: 5, seed: 14 });
  });

  it('is looked for in every table, but for those that are listed', async () => {
    await using file = await openDatabase();
    const others = [
      'attempts',
      'audit_chain',
      'audit_entries',
      'daily_counts',
      'expiry_notices',
      'idempotency_records',
      'kysely_migration',
      'kysely_migration_lock',
      'known_networks',
      'login_challenges',
      'outbox',
      'pair_checks',
      'store_facts',
      'unsealed_audit_entries',
    ];
    assert.deepEqual(tablesIn(file.database), [...Object.keys(AUDITED_TABLES), ...others].sort());
  });

  it('is looked for in every use case, but for those that are listed', () => {
    const { useCases } = new World(memoryStores(new AuditedMemoryStores()), {});
    const run = new Set(Object.keys(OPERATIONS).map((name) => name.split(' ', 1)[0]));
    assert.deepEqual(Object.keys(useCases).sort(), [...run, ...OTHERS].sort());
  });
});
