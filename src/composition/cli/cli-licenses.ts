import 'reflect-metadata'; // tsyringe refuses to load without it
import { container as root } from 'tsyringe';
import { CryptoRandom } from '../../adapters/driven/system/crypto-random.ts';
import { SystemClock } from '../../adapters/driven/system/system-clock.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import type { LicenseCommands } from '../../adapters/driving/cli/license-deps.ts';
import { ChangeLicense } from '../../application/license/change-license.ts';
import { IssueLicense } from '../../application/license/issue-license.ts';
import { ReadLicense } from '../../application/license/read-license.ts';
import { RotateSigningKey } from '../../application/license/rotate-signing-key.ts';
import { ListUsers } from '../../application/user/list-users.ts';
import type { Config } from '../config/config.ts';
import { registerLicenseUseCases } from '../wiring/license-use-cases.ts';
import { Ports } from '../wiring/ports.ts';
import type { OpenStores } from '../wiring/stores.ts';

/** The use cases of `guildhall license` and `guildhall keys`, without what only the server needs. */
export const licenseCommands = (config: Config, stores: OpenStores): LicenseCommands => {
  const c = root.createChildContainer();
  c.register(Ports.unitOfWork, { useValue: stores.unitOfWork });
  c.register(Ports.users, { useValue: stores.users });
  c.register(Ports.licenseQueries, { useValue: stores.licenseQueries });
  c.register(Ports.signingKeyQueries, { useValue: stores.signingKeyQueries });
  c.register(Ports.clock, { useValue: new SystemClock() });
  c.register(Ports.idGenerator, { useValue: new Uuidv7Ids() });
  c.register(Ports.randomSource, { useValue: new CryptoRandom() });
  // Standard output belongs to the answer; who may open the store file needs no log to act unseen.
  c.register(Ports.securityLog, { useValue: { record: () => {} } });
  registerLicenseUseCases(c, config);
  return {
    changeLicense: c.resolve(ChangeLicense),
    issueLicense: c.resolve(IssueLicense),
    listUsers: new ListUsers({ userQueries: stores.userQueries }),
    readLicense: c.resolve(ReadLicense),
    rotateSigningKey: c.resolve(RotateSigningKey),
  };
};
