import assert from 'node:assert/strict';
import { JoseLicenseFileReader } from '../../src/adapters/driven/license-files/jose-license-file-reader.ts';
import { VerifyLicenseFile } from '../../src/application/license/verify-license-file.ts';
import type { LicenseTermsInput } from '../../src/domain/license/license-terms.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { AppDriver, RequestOptions } from './app-driver.ts';
import { msOf } from './durations.ts';
import { errorOf } from './expected-errors.ts';
import type { LicenseRecord, Question } from './license-driver.ts';
import type { Person } from './person.ts';

/** Time after which a validation is surely recorded. */
const A_MINUTE_MS = 60_000;

/** The licenses of a scenario: one for each person, and what an application on one of their machines does with it. */
export class Licenses {
  /** Difference of the machines' clocks from the server's. */
  clockOffsetMs = 0;
  readonly #app: () => AppDriver;
  readonly #byOwner = new Map<string, LicenseRecord>();
  readonly #files = new Map<string, string>();
  /** The result of the latest look-up. */
  found: LicenseRecord | undefined;
  /** What an application keeps while it is online. */
  #keptKeys: unknown;

  constructor(app: () => AppDriver) {
    this.#app = app;
  }

  async issue(
    administrator: Person,
    owner: Person,
    terms: Readonly<Record<string, string>>,
    options: RequestOptions = {},
  ): Promise<LicenseRecord> {
    const written = writtenTerms(terms, this.#app().server.now);
    const from = { ...administrator.on(), ...options };
    const issued = await this.#app().licenses.issue(from, owner.id, written);
    this.#byOwner.set(owner.name, issued);
    return issued;
  }

  of(owner: Person): LicenseRecord {
    return this.#byOwner.get(owner.name) ?? assert.fail(`${owner.name} holds no license`);
  }

  /** The license as the caller reads it now. */
  read(owner: Person, by: Person): Promise<LicenseRecord> {
    return this.#app().licenses.read(by.on(), this.of(owner).id);
  }

  async lookUp(owner: Person, by: Person): Promise<void> {
    this.found = await this.#app().licenses.lookUp(by.on(), this.of(owner).key);
  }

  activate(owner: Person, machine: string): Promise<boolean> {
    return this.#app().licenses.activate(this.#application(owner), this.of(owner).id, machine);
  }

  deactivate(owner: Person, machine: string): Promise<void> {
    return this.#app().licenses.deactivate(this.#application(owner), this.of(owner).id, machine);
  }

  machines(owner: Person): Promise<readonly string[]> {
    return this.#app().licenses.machines(this.#application(owner), this.of(owner).id);
  }

  validate(owner: Person, question: Partial<Question> = {}) {
    return this.#app().licenses.validate(owner.on(), { licenseKey: this.of(owner).key, ...question });
  }

  async fetchFile(owner: Person, machine: string, ttlMs?: number): Promise<void> {
    const query = { fingerprint: machine, ...(ttlMs === undefined ? {} : { ttl: ttlMs / 1000 }) };
    const file = await this.#app().licenses.checkOut(this.#application(owner), this.of(owner).id, query);
    this.#files.set(`${owner.name} ${machine}`, file);
    this.#keptKeys = await this.#app().licenses.publicKeys();
  }

  /** Offline: with the file of one machine, on that machine or another, and with the keys that were kept. */
  async runsOffline(owner: Person, machine: string, fileOf = machine, keys = this.#keptKeys): Promise<boolean> {
    const file = this.#files.get(`${owner.name} ${fileOf}`) ?? assert.fail(`There is no file for the ${fileOf}`);
    const clock = { now: () => Instant.plusMs(Instant.parse(this.#app().server.now), this.clockOffsetMs) };
    const verify = new VerifyLicenseFile({ licenseFileReader: new JoseLicenseFileReader(), clock, leewayMs: 0 });
    const error = await errorOf(() => verify.execute({ file, keys, fingerprint: machine }));
    assert.ok(error === undefined || error.code === 'license-file.refused', error?.message);
    return error === undefined;
  }

  async writeDownValidations(): Promise<void> {
    this.#app().server.passTime(A_MINUTE_MS);
    await this.#app().server.recordValidations();
  }

  #application(owner: Person) {
    const { ip } = owner.on();
    return { ip, device: 'application', licenseKey: this.of(owner).key };
  }
}

/** `| runs for | 30 days |` and so on, as a vendor writes it. */
const writtenTerms = (terms: Readonly<Record<string, string>>, now: string): LicenseTermsInput => {
  const after = (duration: string): string => Instant.format(Instant.plusMs(Instant.parse(now), msOf(duration)));
  const readers: Record<string, (value: string) => LicenseTermsInput> = {
    'begins in': (value) => ({ startsAt: after(value) }),
    'runs for': (value) => ({ expiresAt: after(value) }),
    grace: (value) => ({ graceDays: msOf(value) / 86_400_000 }),
    machines: (value) => ({ maxActivations: Number(value) }),
    product: (value) => ({ product: value }),
    includes: (value) => ({ entitlements: value.split(', ') }),
  };
  return Object.assign(
    {},
    ...Object.entries(terms).map(([name, value]) => (readers[name] ?? assert.fail(`No such term: ${name}`))(value)),
  );
};
