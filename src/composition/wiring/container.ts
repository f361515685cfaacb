import 'reflect-metadata'; // tsyringe refuses to load without it
import { type DependencyContainer, instanceCachingFactory, container as root } from 'tsyringe';
import { NoCommonPasswords } from '../../adapters/driven/passwords/no-common-passwords.ts';
import { ZxcvbnCommonPasswords } from '../../adapters/driven/passwords/zxcvbn-common-passwords.ts';
import { CryptoRandom } from '../../adapters/driven/system/crypto-random.ts';
import { Sha256TokenHasher } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { SystemClock } from '../../adapters/driven/system/system-clock.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { RandomUserMe } from '../../adapters/driven/upstreams/random-user/random-user-me.ts';
import { PasswordPolicy } from '../../domain/user/password-policy.ts';
import type { Mailer } from '../../ports/mailer.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { Config } from '../config/config.ts';
import { registerAccountUseCases } from './account-use-cases.ts';
import { registerDeveloperPairUseCases } from './developer-pair-use-cases.ts';
import { registerLicenseUseCases } from './license-use-cases.ts';
import { openUpstreams } from './open-upstreams.ts';
import { passwordHasher } from './password-hasher.ts';
import { registerPasswordUseCases } from './password-use-cases.ts';
import { Ports } from './ports.ts';
import type { OpenStores } from './stores.ts';
import type { Upstreams } from './upstreams.ts';

/** What has to be opened or started, and closed again, is made by whoever composes. */
export type Dependencies = Readonly<{
  stores: OpenStores;
  mailer: Mailer;
  securityLog: SecurityLog;
  /** Told how each call to somebody else's service ended. */
  onUpstreamCall?: (call: { service: string; result: string; seconds: number }) => void;
  /** Told when it cannot be written down that a session was seen, at most once a minute. */
  onTouchFailed?: (error: unknown) => void;
  /** Not handed in: opened when first asked, and watched by nobody. */
  upstreams?: Upstreams;
}>;

export type Container = DependencyContainer;

/** The whole wiring: each port with its adapter, each use case with its ports. A container per app; none is shared. */
export const compose = (
  config: Config,
  world: Dependencies,
  overrides: (container: Container) => void = () => {},
): Container => {
  const { stores, mailer, securityLog, onUpstreamCall = () => {} } = world;
  const { upstreams = openUpstreams(config.upstreams, new SystemClock()) } = world;
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
  c.register(Ports.mailer, { useValue: mailer });
  c.register(Ports.securityLog, { useValue: securityLog });
  c.register(Ports.clock, { useValue: new SystemClock() });
  c.register(Ports.idGenerator, { useValue: new Uuidv7Ids() });
  c.register(Ports.randomSource, { useValue: new CryptoRandom() });
  c.register(Ports.randomUserSource, {
    useFactory: instanceCachingFactory(() => {
      const onCall = (result: string, seconds: number) => onUpstreamCall({ service: 'RandomUser', result, seconds });
      return new RandomUserMe({ baseUrl: config.randomUserUrl, onCall });
    }),
  });
  c.register(Ports.tokenHasher, { useValue: new Sha256TokenHasher() });
  c.register(Ports.passwordHasher, {
    useFactory: instanceCachingFactory(() => passwordHasher(config.hashing)),
  });
  c.register(Ports.commonPasswords, {
    useValue: config.hasPasswordBlocklist ? new ZxcvbnCommonPasswords() : new NoCommonPasswords(),
  });
  c.register(PasswordPolicy, {
    useFactory: instanceCachingFactory((c) => {
      const common = c.resolve(Ports.commonPasswords);
      return new PasswordPolicy({
        minLength: config.passwordMinLength,
        isCommon: (candidate) => common.has(candidate),
      });
    }),
  });
  registerAccountUseCases(c, config, world.onTouchFailed ?? (() => {}));
  registerLicenseUseCases(c, config);
  registerPasswordUseCases(c, config);
  registerDeveloperPairUseCases(c, config);

  overrides(c);
  return c;
};
