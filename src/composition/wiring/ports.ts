import type { DependencyContainer, InjectionToken } from 'tsyringe';
import type { Ports as Adapters } from '../../ports/ports.ts';

export type Container = DependencyContainer;

/** Token of a port in the container, with the type of the port: interfaces do not exist at run time. */
type Token<T> = InjectionToken<T> & { readonly __port?: T };

/** The token of each port. */
export const Ports: { readonly [Name in keyof Adapters]: Token<Adapters[Name]> } = {
  auditQueries: Symbol('auditQueries'),
  apiTokenQueries: Symbol('apiTokenQueries'),
  breachedPasswords: Symbol('breachedPasswords'),
  clock: Symbol('clock'),
  commonPasswords: Symbol('commonPasswords'),
  dailyCounts: Symbol('dailyCounts'),
  followGraph: Symbol('followGraph'),
  idGenerator: Symbol('idGenerator'),
  knownNetworks: Symbol('knownNetworks'),
  licenseFileReader: Symbol('licenseFileReader'),
  licenseFileSigner: Symbol('licenseFileSigner'),
  licenseQueries: Symbol('licenseQueries'),
  mailer: Symbol('mailer'),
  oneTimePasswords: Symbol('oneTimePasswords'),
  organisationDirectory: Symbol('organisationDirectory'),
  pairHistory: Symbol('pairHistory'),
  passwordHasher: Symbol('passwordHasher'),
  randomSource: Symbol('randomSource'),
  randomUserSource: Symbol('randomUserSource'),
  remoteUsers: Symbol('remoteUsers'),
  requestWindows: Symbol('requestWindows'),
  sealer: Symbol('sealer'),
  secondFactors: Symbol('secondFactors'),
  securityLog: Symbol('securityLog'),
  sessionQueries: Symbol('sessionQueries'),
  sha256: Symbol('sha256'),
  signingKeyQueries: Symbol('signingKeyQueries'),
  storeBackup: Symbol('storeBackup'),
  storeCopy: Symbol('storeCopy'),
  storeHealth: Symbol('storeHealth'),
  storeWipe: Symbol('storeWipe'),
  tokenHasher: Symbol('tokenHasher'),
  unitOfWork: Symbol('unitOfWork'),
  userQueries: Symbol('userQueries'),
  users: Symbol('users'),
};

/** The adapter of every port, as registered. */
export const resolvePorts = (c: Container): Adapters => {
  const adapters = Object.entries(Ports).map(([name, token]) => [name, c.resolve<unknown>(token)]);
  return Object.fromEntries(adapters) as Adapters;
};
