import 'reflect-metadata'; // tsyringe refuses to load without it
import { instanceCachingFactory, container as root } from 'tsyringe';
import { Argon2PasswordHasher, type HashingStatistics } from '../../adapters/driven/argon2/argon2-password-hasher.ts';
import { JoseLicenseFileReader } from '../../adapters/driven/license-files/jose-license-file-reader.ts';
import { JoseLicenseFileSigner } from '../../adapters/driven/license-files/jose-license-file-signer.ts';
import { NoCommonPasswords } from '../../adapters/driven/passwords/no-common-passwords.ts';
import { ZxcvbnCommonPasswords } from '../../adapters/driven/passwords/zxcvbn-common-passwords.ts';
import { CryptoRandom } from '../../adapters/driven/system/crypto-random.ts';
import { ProcessWindows } from '../../adapters/driven/system/process-windows.ts';
import { Sha256TokenHasher } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { SystemClock } from '../../adapters/driven/system/system-clock.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { RandomUserMe } from '../../adapters/driven/upstreams/random-user/random-user-me.ts';
import type { UpstreamObserver } from '../../adapters/driven/upstreams/upstream-client.ts';
import type { Mailer } from '../../ports/mailer.ts';
import type { RemoteUsers } from '../../ports/remote-users.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { Config } from '../config/config.ts';
import { licenseKeySecret } from '../config/license-key-secret.ts';
import { openUpstreams } from './open-upstreams.ts';
import { type Container, Ports } from './ports.ts';
import type { OpenStores } from './stores.ts';
import type { Upstreams } from './upstreams.ts';
import { registerUseCases, type UseCases } from './use-cases.ts';

/** Adapters that are opened and closed by the caller. */
export type Dependencies = Readonly<{
  stores: OpenStores;
  /** Default: emails cannot be sent. A command queues them, and the server sends them. */
  mailer?: Mailer;
  /** Default: none. A command reports to its terminal. */
  securityLog?: SecurityLog;
  /** The server that users are sent to. Default: none. */
  remoteUsers?: RemoteUsers;
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

const NO_MAILER: Mailer = { send: () => Promise.reject(new Error('There is no mailer.')) };
const NO_SERVER: RemoteUsers = { create: () => Promise.reject(new Error('No server is named.')) };
const NO_SECURITY_LOG: SecurityLog = { record: () => {} };

/** Wires each port to its adapter and each use case to its ports, in a container of its own. */
export const compose = (
  config: Config,
  deps: Dependencies,
  overrides: (container: Container) => void = () => {},
): Composition => {
  const { stores, mailer = NO_MAILER, securityLog = NO_SECURITY_LOG } = deps;
  const { remoteUsers = NO_SERVER, upstreams = openUpstreams(config.upstreams, new SystemClock()) } = deps;
  const passwordHasher = new Argon2PasswordHasher(config.hashing);
  const c = root.createChildContainer();

  c.register(Ports.unitOfWork, { useValue: stores.unitOfWork });
  c.register(Ports.users, { useValue: stores.users });
  c.register(Ports.userQueries, { useValue: stores.userQueries });
  c.register(Ports.sessionQueries, { useValue: stores.sessionQueries });
  c.register(Ports.licenseQueries, { useValue: stores.licenseQueries });
  c.register(Ports.signingKeyQueries, { useValue: stores.signingKeyQueries });
  c.register(Ports.storeHealth, { useValue: stores.storeHealth });
  c.register(Ports.storeWipe, { useValue: stores.storeWipe });
  c.register(Ports.pairHistory, { useValue: stores.pairHistory });
  c.register(Ports.followGraph, { useValue: upstreams.followGraph });
  c.register(Ports.organisationDirectory, { useValue: upstreams.organisationDirectory });
  c.register(Ports.remoteUsers, { useValue: remoteUsers });
  c.register(Ports.mailer, { useValue: mailer });
  c.register(Ports.securityLog, { useValue: securityLog });
  c.register(Ports.clock, { useValue: new SystemClock() });
  c.register(Ports.idGenerator, { useValue: new Uuidv7Ids() });
  c.register(Ports.randomSource, { useValue: new CryptoRandom() });
  c.register(Ports.randomUserSource, {
    useFactory: instanceCachingFactory(
      () => new RandomUserMe({ baseUrl: config.randomUserUrl, observer: deps.upstreamObserver }),
    ),
  });
  c.register(Ports.tokenHasher, { useValue: new Sha256TokenHasher() });
  c.register(Ports.requestWindows, { useValue: new ProcessWindows() });
  c.register(Ports.passwordHasher, { useValue: passwordHasher });
  c.register(Ports.commonPasswords, {
    useValue: config.hasPasswordBlocklist ? new ZxcvbnCommonPasswords() : new NoCommonPasswords(),
  });
  c.register(Ports.licenseFileReader, { useValue: new JoseLicenseFileReader() });
  c.register(Ports.licenseFileSigner, { useValue: new JoseLicenseFileSigner(licenseKeySecret(config)) });

  overrides(c);
  return { container: c, useCases: registerUseCases(c, config, deps.onTouchFailed), hashing: passwordHasher };
};
