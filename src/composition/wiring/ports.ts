import type { DependencyContainer, InjectionToken } from 'tsyringe';
import type { Clock } from '../../ports/clock.ts';
import type { CommonPasswords } from '../../ports/common-passwords.ts';
import type { FollowGraph } from '../../ports/follow-graph.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { LicenseFileReader } from '../../ports/license-file-reader.ts';
import type { LicenseFileSigner } from '../../ports/license-file-signer.ts';
import type { LicenseQueries } from '../../ports/license-queries.ts';
import type { Mailer } from '../../ports/mailer.ts';
import type { OrganisationDirectory } from '../../ports/organisation-directory.ts';
import type { PairHistory } from '../../ports/pair-history.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { RandomSource } from '../../ports/random-source.ts';
import type { RandomUserSource } from '../../ports/random-user-source.ts';
import type { RemoteUsers } from '../../ports/remote-users.ts';
import type { RequestWindows } from '../../ports/request-windows.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { SessionQueries } from '../../ports/session-queries.ts';
import type { SigningKeyQueries } from '../../ports/signing-key-queries.ts';
import type { StoreBackup } from '../../ports/store-backup.ts';
import type { StoreCopy } from '../../ports/store-copy.ts';
import type { StoreHealth } from '../../ports/store-health.ts';
import type { StoreWipe } from '../../ports/store-wipe.ts';
import type { TokenHasher } from '../../ports/token-hasher.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { UserQueries } from '../../ports/user-queries.ts';
import type { UserRepository } from '../../ports/user-repository.ts';

export type Container = DependencyContainer;

/** Token of a port in the container, with the type of the port: interfaces do not exist at run time. */
type Token<T> = InjectionToken<T> & { readonly __port?: T };
const token = <T>(name: string): Token<T> => Symbol(name);

/** Every port that has an adapter, by name. */
export const Ports = {
  clock: token<Clock>('Clock'),
  commonPasswords: token<CommonPasswords>('CommonPasswords'),
  followGraph: token<FollowGraph>('FollowGraph'),
  idGenerator: token<IdGenerator>('IdGenerator'),
  licenseQueries: token<LicenseQueries>('LicenseQueries'),
  licenseFileReader: token<LicenseFileReader>('LicenseFileReader'),
  licenseFileSigner: token<LicenseFileSigner>('LicenseFileSigner'),
  mailer: token<Mailer>('Mailer'),
  organisationDirectory: token<OrganisationDirectory>('OrganisationDirectory'),
  pairHistory: token<Pick<PairHistory, 'list'>>('PairHistory'),
  passwordHasher: token<PasswordHasher>('PasswordHasher'),
  randomSource: token<RandomSource>('RandomSource'),
  randomUserSource: token<RandomUserSource>('RandomUserSource'),
  requestWindows: token<RequestWindows>('RequestWindows'),
  securityLog: token<SecurityLog>('SecurityLog'),
  sessionQueries: token<SessionQueries>('SessionQueries'),
  signingKeyQueries: token<SigningKeyQueries>('SigningKeyQueries'),
  storeBackup: token<StoreBackup>('StoreBackup'),
  storeCopy: token<StoreCopy>('StoreCopy'),
  storeHealth: token<StoreHealth>('StoreHealth'),
  storeWipe: token<StoreWipe>('StoreWipe'),
  tokenHasher: token<TokenHasher>('TokenHasher'),
  unitOfWork: token<UnitOfWork>('UnitOfWork'),
  userQueries: token<UserQueries>('UserQueries'),
  remoteUsers: token<RemoteUsers>('RemoteUsers'),
  users: token<Pick<UserRepository, 'get' | 'findByEmail'>>('Users'),
};

export type Adapters = {
  readonly [Name in keyof typeof Ports]: (typeof Ports)[Name] extends Token<infer T> ? T : never;
};

/** The adapter of every port, as registered. */
export const resolvePorts = (c: Container): Adapters => {
  const adapters = Object.entries(Ports).map(([name, token]) => [name, c.resolve<unknown>(token)]);
  return Object.fromEntries(adapters) as Adapters;
};
