import { type DependencyContainer, instanceCachingFactory } from 'tsyringe';
import { JoseLicenseFileReader } from '../../adapters/driven/license-files/jose-license-file-reader.ts';
import { JoseLicenseFileSigner } from '../../adapters/driven/license-files/jose-license-file-signer.ts';
import { ProcessWindows } from '../../adapters/driven/system/process-windows.ts';
import type { LicenseUseCases } from '../../adapters/driving/http/resources/licenses/use-cases.ts';
import { ActivateLicense } from '../../application/license/activate-license.ts';
import { ChangeLicense } from '../../application/license/change-license.ts';
import { CheckOutLicense } from '../../application/license/check-out-license.ts';
import { DeactivateLicense } from '../../application/license/deactivate-license.ts';
import { IssueLicense } from '../../application/license/issue-license.ts';
import { ListActivations } from '../../application/license/list-activations.ts';
import { ListLicenses } from '../../application/license/list-licenses.ts';
import { ListPublicKeys } from '../../application/license/list-public-keys.ts';
import { ReadLicense } from '../../application/license/read-license.ts';
import { RecordValidations } from '../../application/license/record-validations.ts';
import { RotateSigningKey } from '../../application/license/rotate-signing-key.ts';
import { ValidateLicense } from '../../application/license/validate-license.ts';
import { ValidationBuffer } from '../../application/license/validation-buffer.ts';
import { ValidationThrottle } from '../../application/license/validation-throttle.ts';
import { VerifyLicenseFile } from '../../application/license/verify-license-file.ts';
import type { Config } from '../config/config.ts';
import { licenseKeySecret } from '../config/license-key-secret.ts';
import { Ports } from './ports.ts';

/** Each use case about licenses with what it needs. */
export const registerLicenseUseCases = (c: DependencyContainer, config: Config): void => {
  const { fileRules: rules, validationsPerMinute: perMinute } = config.licenses;
  const ports = (c: DependencyContainer) => ({
    clock: c.resolve(Ports.clock),
    idGenerator: c.resolve(Ports.idGenerator),
    licenseQueries: c.resolve(Ports.licenseQueries),
    licenseFileReader: c.resolve(Ports.licenseFileReader),
    licenseFileSigner: c.resolve(Ports.licenseFileSigner),
    randomSource: c.resolve(Ports.randomSource),
    requestWindows: c.resolve(Ports.requestWindows),
    securityLog: c.resolve(Ports.securityLog),
    signingKeyQueries: c.resolve(Ports.signingKeyQueries),
    unitOfWork: c.resolve(Ports.unitOfWork),
    users: c.resolve(Ports.users),
  });
  const validationBuffer = new ValidationBuffer();

  c.register(Ports.licenseFileReader, { useValue: new JoseLicenseFileReader() });
  c.register(Ports.licenseFileSigner, { useValue: new JoseLicenseFileSigner(licenseKeySecret(config)) });
  c.register(Ports.requestWindows, { useValue: new ProcessWindows() });
  c.register(IssueLicense, { useFactory: (c) => new IssueLicense(ports(c)) });
  c.register(ReadLicense, { useFactory: (c) => new ReadLicense(ports(c)) });
  c.register(ListLicenses, { useFactory: (c) => new ListLicenses(ports(c)) });
  c.register(ChangeLicense, { useFactory: (c) => new ChangeLicense(ports(c)) });
  c.register(ActivateLicense, { useFactory: (c) => new ActivateLicense(ports(c)) });
  c.register(DeactivateLicense, { useFactory: (c) => new DeactivateLicense(ports(c)) });
  c.register(ListActivations, { useFactory: (c) => new ListActivations(ports(c)) });
  c.register(CheckOutLicense, { useFactory: (c) => new CheckOutLicense({ ...ports(c), rules }) });
  c.register(ListPublicKeys, { useFactory: (c) => new ListPublicKeys(ports(c)) });
  c.register(RotateSigningKey, { useFactory: (c) => new RotateSigningKey(ports(c)) });
  c.register(VerifyLicenseFile, { useFactory: (c) => new VerifyLicenseFile(ports(c)) });
  c.register(ValidationThrottle, {
    useFactory: instanceCachingFactory(
      (c) => new ValidationThrottle({ ...ports(c), isOn: config.isThrottled, perMinute }),
    ),
  });
  c.register(ValidateLicense, {
    useFactory: (c) =>
      new ValidateLicense({ ...ports(c), validationBuffer, validationThrottle: c.resolve(ValidationThrottle) }),
  });
  c.register(RecordValidations, { useFactory: (c) => new RecordValidations({ ...ports(c), validationBuffer }) });
};

/** What the HTTP face offers of licenses. */
export const licenseUseCases = (c: DependencyContainer): LicenseUseCases => ({
  activateLicense: c.resolve(ActivateLicense),
  changeLicense: c.resolve(ChangeLicense),
  checkOutLicense: c.resolve(CheckOutLicense),
  deactivateLicense: c.resolve(DeactivateLicense),
  issueLicense: c.resolve(IssueLicense),
  listActivations: c.resolve(ListActivations),
  listLicenses: c.resolve(ListLicenses),
  listPublicKeys: c.resolve(ListPublicKeys),
  readLicense: c.resolve(ReadLicense),
  validateLicense: c.resolve(ValidateLicense),
});
