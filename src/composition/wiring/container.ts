import 'reflect-metadata'; // tsyringe requires it
import { dirname } from 'node:path';
import { container as root } from 'tsyringe';
import { Argon2PasswordHasher, type HashingStatistics } from '../../adapters/driven/argon2/argon2-password-hasher.ts';
import { DerivedKey } from '../../adapters/driven/encryption/derived-key.ts';
import { DerivedKeySealer } from '../../adapters/driven/encryption/derived-key-sealer.ts';
import { generatedKeySecret } from '../../adapters/driven/license-files/generated-key-secret.ts';
import { JoseLicenseFileReader } from '../../adapters/driven/license-files/jose-license-file-reader.ts';
import {
  JoseLicenseFileSigner,
  SIGNING_KEY_LABEL,
} from '../../adapters/driven/license-files/jose-license-file-signer.ts';
import { NoCommonPasswords, ZxcvbnCommonPasswords } from '../../adapters/driven/passwords/common-passwords.ts';
import { CryptoRandom } from '../../adapters/driven/system/crypto-random.ts';
import { ProcessWindows } from '../../adapters/driven/system/process-windows.ts';
import { Sha256TokenHasher, sha256 } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { SystemClock } from '../../adapters/driven/system/system-clock.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { OtpauthPasswords } from '../../adapters/driven/totp/otpauth-passwords.ts';
import { RandomUserMe } from '../../adapters/driven/upstreams/random-user/random-user-me.ts';
import type { UpstreamObserver } from '../../adapters/driven/upstreams/upstream-client.ts';
import type { AuditEntry } from '../../domain/audit/audit-entry.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Ports as Adapters } from '../../ports/ports.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { Config } from '../config/config.ts';
import { type OpenStores, openUpstreams } from './open.ts';
import { type Container, Ports } from './ports.ts';
import type { Upstreams } from './upstreams.ts';
import { registerUseCases, type UseCases } from './use-cases.ts';

/**
 * Adapters that are opened and closed by the caller. A command needs no mailer: it queues emails, and the server sends
 * them.
 */
export type Dependencies = Partial<
  Pick<Adapters, 'mailer' | 'securityLog' | 'remoteUsers' | 'storeBackup' | 'storeCopy'>
> &
  Readonly<{
    stores: OpenStores;
    /** Default: opened at first use and not observed. */
    upstreams?: Upstreams;
    /** Observes the calls of RandomUser. */
    upstreamObserver?: UpstreamObserver;
    /** Called at most once a minute with the error for which a session's last_seen_at was not updated. */
    onTouchFailed?: (error: unknown) => void;
  }>;

export type Composition = Readonly<{
  container: Container;
  useCases: UseCases;
  hashing: HashingStatistics;
}>;

/** Wires each port to its adapter and each use case to its ports, in a container of its own. */
export const compose = (
  config: Config,
  deps: Dependencies,
  overrides: (container: Container) => void = () => {},
): Composition => {
  const { breachedPasswords, followGraph, organisationDirectory } =
    deps.upstreams ?? openUpstreams(config.upstreams, new SystemClock());
  const passwordHasher = new Argon2PasswordHasher(config.hashing);
  const licenseSecret = keySecret(config);
  const adapters: Adapters = {
    ...deps.stores,
    unitOfWork: config.auditIpRetentionMs === 0 ? withoutAuditClients(deps.stores.unitOfWork) : deps.stores.unitOfWork,
    breachedPasswords,
    clock: new SystemClock(),
    commonPasswords: config.hasPasswordBlocklist ? new ZxcvbnCommonPasswords() : new NoCommonPasswords(),
    followGraph,
    idGenerator: new Uuidv7Ids(),
    licenseFileReader: new JoseLicenseFileReader(),
    licenseFileSigner: new JoseLicenseFileSigner(() => {
      const secret = licenseSecret();
      return secret && new DerivedKey(secret, SIGNING_KEY_LABEL);
    }),
    mailer: deps.mailer ?? missing('mailer'),
    oneTimePasswords: new OtpauthPasswords(config.brand.name),
    organisationDirectory,
    passwordHasher,
    randomSource: new CryptoRandom(),
    randomUserSource: new RandomUserMe({ baseUrl: config.randomUserUrl, observer: deps.upstreamObserver }),
    remoteUsers: deps.remoteUsers ?? missing('server'),
    requestWindows: new ProcessWindows(),
    sealer: new DerivedKeySealer(() => ({
      current: config.sealing.key ?? licenseSecret(),
      old: config.sealing.oldKey,
    })),
    securityLog: deps.securityLog ?? { record: () => {} },
    sha256,
    storeBackup: deps.storeBackup ?? missing('backup'),
    storeCopy: deps.storeCopy ?? missing('pair of stores'),
    tokenHasher: new Sha256TokenHasher(),
  };
  const c = root.createChildContainer();
  for (const [name, token] of Object.entries(Ports)) c.register(token, { useValue: adapters[name as keyof Adapters] });
  overrides(c);
  return { container: c, useCases: registerUseCases(c, config, deps.onTouchFailed), hashing: passwordHasher };
};

/** Entries of the audit log are written without the address and the user agent of the client. */
export const withoutAuditClients = (unitOfWork: UnitOfWork): UnitOfWork => ({
  run: (work, options) =>
    unitOfWork.run((stores) => {
      const append = (entry: AuditEntry) => stores.audit.append(entry.withoutClient());
      const get = (log: AuditLog, name: keyof AuditLog) => (name === 'append' ? append : log[name].bind(log));
      return work({ ...stores, audit: new Proxy(stores.audit, { get } as ProxyHandler<AuditLog>) });
    }, options),
});

/** An adapter that the caller has not opened: each of its methods throws. */
const missing = <T extends object>(what: string): T =>
  new Proxy({} as T, {
    get() {
      throw new Error(`This composition has no ${what}.`);
    },
  });

/** Encrypts signing keys, and by default sealed values: the setting; in development else one that is generated beside the store. */
export const keySecret = ({ licenses, mode, store }: Config): (() => Secret | undefined) => {
  if (licenses.keySecret !== undefined || mode === 'production') return () => licenses.keySecret;
  return generatedKeySecret(folderBeside(store));
};

/** The folder of files that belong to a development store; `undefined`: the store is in memory. */
export const folderBeside = (store: Config['store']): string | undefined => {
  if (store.kind === 'postgres') return 'data';
  return store.kind === 'memory' || store.path === ':memory:' ? undefined : dirname(store.path);
};
