import { instanceCachingFactory } from 'tsyringe';
import { assetPath } from '../../adapters/driving/pages/common/asset-path.ts';
import { ExportAuditLog } from '../../application/audit/export-audit-log.ts';
import { PurgeAuditLog } from '../../application/audit/purge-audit-log.ts';
import { ReadAuditLog } from '../../application/audit/read-audit-log.ts';
import { SealAuditEntries } from '../../application/audit/seal-audit-entries.ts';
import { VerifyAuditLog } from '../../application/audit/verify-audit-log.ts';
import { CheckDeveloperPair } from '../../application/developer-pair/check-developer-pair.ts';
import { ReadPairHistory } from '../../application/developer-pair/read-pair-history.ts';
import { ActivateLicense } from '../../application/license/activate-license.ts';
import { ChangeLicense } from '../../application/license/change-license.ts';
import { CheckLicenseKey } from '../../application/license/check-license-key.ts';
import { CheckOutLicense } from '../../application/license/check-out-license.ts';
import { CreateFirstSigningKey } from '../../application/license/create-first-signing-key.ts';
import { DeactivateLicense } from '../../application/license/deactivate-license.ts';
import { IssueLicense } from '../../application/license/issue-license.ts';
import { ListActivations } from '../../application/license/list-activations.ts';
import { ListLicenses } from '../../application/license/list-licenses.ts';
import { ListPublicKeys } from '../../application/license/list-public-keys.ts';
import { MailLicenseKey } from '../../application/license/mail-license-key.ts';
import { ReadLicense } from '../../application/license/read-license.ts';
import { RecordValidations } from '../../application/license/record-validations.ts';
import { RotateSigningKey } from '../../application/license/rotate-signing-key.ts';
import { SendExpiryNotices } from '../../application/license/send-expiry-notices.ts';
import { ShowLicenseKey } from '../../application/license/show-license-key.ts';
import { ValidateLicense } from '../../application/license/validate-license.ts';
import { type SeatKey, ValidationBuffer } from '../../application/license/validation-buffer.ts';
import { VerifyLicenseFile } from '../../application/license/verify-license-file.ts';
import { DeliverMail } from '../../application/mail/deliver-mail.ts';
import type { EmailTemplateOptions } from '../../application/mail/email-templates.ts';
import { RenderEmail } from '../../application/mail/render-email.ts';
import { RatePassword } from '../../application/password/rate-password.ts';
import { SuggestPassword } from '../../application/password/suggest-password.ts';
import { TryPasswordScenarios } from '../../application/password/try-password-scenarios.ts';
import { DescribeCaller } from '../../application/staff/describe-caller.ts';
import { ManageStaff } from '../../application/staff/manage-staff.ts';
import { countingSecurityLog, DailyCountBuffer } from '../../application/statistics/daily-count-buffer.ts';
import { ReadOverview } from '../../application/statistics/read-overview.ts';
import { RecordDailyCounts } from '../../application/statistics/record-daily-counts.ts';
import { BackUpStore } from '../../application/system/back-up-store.ts';
import { CheckReadiness } from '../../application/system/check-readiness.ts';
import { CheckSealingKey } from '../../application/system/check-sealing-key.ts';
import { CopyStore } from '../../application/system/copy-store.ts';
import { DescribeStore } from '../../application/system/describe-store.ts';
import { ExportList } from '../../application/system/export-list.ts';
import { PurgeExpired } from '../../application/system/purge-expired.ts';
import { ResealValues } from '../../application/system/reseal-values.ts';
import { ProcessThrottle } from '../../application/throttle/process-throttle.ts';
import { Throttle } from '../../application/throttle/throttle.ts';
import { AuthenticateToken } from '../../application/token/authenticate-token.ts';
import { ManageTokens } from '../../application/token/manage-tokens.ts';
import { RecordTokenUses, TokenUseBuffer } from '../../application/token/record-token-uses.ts';
import { type AccessRules, Authenticate } from '../../application/user/authenticate.ts';
import { BanUser } from '../../application/user/ban-user.ts';
import { ConfirmEmail } from '../../application/user/confirm-email.ts';
import { CreateUser } from '../../application/user/create-user.ts';
import { DeleteUser } from '../../application/user/delete-user.ts';
import { ElevateSession } from '../../application/user/elevate-session.ts';
import { EndSession } from '../../application/user/end-session.ts';
import { EqualizeLoginWork } from '../../application/user/equalize-login-work.ts';
import { ExportUser } from '../../application/user/export-user.ts';
import { FactorRequirement } from '../../application/user/factor-requirement.ts';
import { ImportRandomUsers } from '../../application/user/import-random-users.ts';
import { ImportRandomUsersRemotely } from '../../application/user/import-random-users-remotely.ts';
import { ListSessions } from '../../application/user/list-sessions.ts';
import { ListUsers } from '../../application/user/list-users.ts';
import { LogIn } from '../../application/user/log-in.ts';
import { LogOut } from '../../application/user/log-out.ts';
import { ManageSecondFactor } from '../../application/user/manage-second-factor.ts';
import { LockedLoginBuffer, NotifyLockedLogins } from '../../application/user/notify-locked-logins.ts';
import { ReadUser } from '../../application/user/read-user.ts';
import { RegisterUser } from '../../application/user/register-user.ts';
import { RequestPasswordReset } from '../../application/user/request-password-reset.ts';
import { ResetPassword } from '../../application/user/reset-password.ts';
import { SeedSampleUsers } from '../../application/user/seed-sample-users.ts';
import { UpdateUser } from '../../application/user/update-user.ts';
import { PasswordPolicy } from '../../domain/user/password-policy.ts';
import type { Config } from '../config/config.ts';
import { type Container, resolvePorts } from './ports.ts';

/**
 * Every use case by name. A use case declares its dependencies, which `deps` contains. To add one, add its
 * line here; a route or a command then declares it in the type of its use cases.
 */
const factories = (config: Config, deps: Dependencies, onTouchFailed: (error: unknown) => void) => ({
  activateLicense: () => new ActivateLicense(deps),
  authenticate: () => authenticator(deps, accessRules(config, deps), onTouchFailed),
  /** Administration that is open does not open the pages: their callers have the scopes of their role. */
  authenticateOnPages: () =>
    authenticator(deps, { adminKeyHash: undefined, administrationIsOpen: false }, onTouchFailed),
  backUpStore: () => new BackUpStore(deps),
  banUser: () => new BanUser(deps),
  changeLicense: () => new ChangeLicense(deps),
  checkDeveloperPair: () => new CheckDeveloperPair({ ...deps, limit: pairCheckLimit(config, deps) }),
  checkLicenseKey: () => new CheckLicenseKey(deps),
  checkOutLicense: () => new CheckOutLicense({ ...deps, rules: config.licenses.fileRules }),
  checkReadiness: () => new CheckReadiness(deps),
  checkSealingKey: () => new CheckSealingKey(deps),
  confirmEmail: () => new ConfirmEmail(deps),
  copyStore: () => new CopyStore(deps),
  createFirstSigningKey: () => new CreateFirstSigningKey(deps),
  createUser: () => new CreateUser(deps),
  deactivateLicense: () => new DeactivateLicense(deps),
  deleteUser: () => new DeleteUser(deps),
  deliverMail: () => {
    const renderEmail = new RenderEmail({
      ...deps,
      templates: emailTemplates(config),
      resetConfirmsEmail: config.mode === 'production',
    });
    return new DeliverMail({ ...deps, renderEmail });
  },
  describeCaller: () => new DescribeCaller(deps),
  describeStore: () => new DescribeStore(deps),
  elevateSession: () => new ElevateSession(deps),
  endSession: () => new EndSession(deps),
  equalizeLoginWork: () => new EqualizeLoginWork(deps),
  exportAuditLog: () => new ExportAuditLog(deps),
  exportList: () => new ExportList(deps),
  exportUser: () => new ExportUser(deps),
  importRandomUsers: () => new ImportRandomUsers({ ...deps, hashesAtOnce: config.hashing.concurrency }),
  importRandomUsersRemotely: () => new ImportRandomUsersRemotely(deps),
  issueLicense: () => new IssueLicense(deps),
  listActivations: () => new ListActivations(deps),
  listLicenses: () => new ListLicenses(deps),
  listPublicKeys: () => new ListPublicKeys(deps),
  listSessions: () => new ListSessions(deps),
  listUsers: () => new ListUsers(deps),
  mailLicenseKey: () => new MailLicenseKey(deps),
  manageSecondFactor: () => new ManageSecondFactor(deps),
  manageStaff: () => new ManageStaff(deps),
  manageTokens: () => new ManageTokens({ ...deps, administrationIsOpen: config.administrationIsOpen }),
  notifyLockedLogins: () => new NotifyLockedLogins(deps),
  purgeAuditLog: () => new PurgeAuditLog(deps),
  purgeExpired: () => new PurgeExpired(deps),
  ratePassword: () => new RatePassword(),
  readAuditLog: () => new ReadAuditLog(deps),
  readLicense: () => new ReadLicense(deps),
  readOverview: () => new ReadOverview(deps),
  readPairHistory: () => new ReadPairHistory(deps),
  readUser: () => new ReadUser(deps),
  recordDailyCounts: () => new RecordDailyCounts(deps),
  recordTokenUses: () => new RecordTokenUses(deps),
  recordValidations: () => new RecordValidations(deps),
  registerUser: () => new RegisterUser(deps),
  requestPasswordReset: () => new RequestPasswordReset({ ...deps, returnsToken: config.mode === 'development' }),
  resealValues: () => new ResealValues(deps),
  resetPassword: () => new ResetPassword(deps),
  rotateSigningKey: () => new RotateSigningKey(deps),
  sealAuditEntries: () => new SealAuditEntries(deps),
  seedSampleUsers: () => new SeedSampleUsers(deps),
  sendExpiryNotices: () => new SendExpiryNotices({ ...deps, sendsExpiryNotices: config.sendsExpiryNotices }),
  showLicenseKey: () => new ShowLicenseKey(deps),
  logIn: () => new LogIn(deps),
  logOut: () => new LogOut(deps),
  suggestPassword: () => new SuggestPassword(deps),
  tryPasswordScenarios: () => new TryPasswordScenarios(deps),
  updateUser: () => new UpdateUser(deps),
  validateLicense: () => new ValidateLicense(deps),
  verifyAuditLog: () => new VerifyAuditLog(deps),
  verifyLicenseFile: () => new VerifyLicenseFile({ ...deps, leewayMs: 60_000 }),
});

type Factories = ReturnType<typeof factories>;

/** Each is made when first read. */
export type UseCases = { readonly [Name in keyof Factories]: ReturnType<Factories[Name]> };

/** The ports, the policies that several use cases share, and the settings that they take as they are. */
const dependencies = (c: Container, config: Config) => {
  const resolved = resolvePorts(c);
  const dailyCountBuffer = new DailyCountBuffer();
  const securityLog = countingSecurityLog(resolved.securityLog, dailyCountBuffer, resolved.clock);
  const ports = { ...resolved, securityLog };
  const { isThrottled: isOn, licenses } = config;
  return {
    ...ports,
    throttle: new Throttle({ ...ports, isOn }),
    processThrottle: new ProcessThrottle({ ...ports, isOn }),
    passwordPolicy: new PasswordPolicy({
      minLength: config.passwordMinLength,
      isCommon: (candidate) => ports.commonPasswords.has(candidate),
    }),
    dailyCountBuffer,
    tokenUses: new TokenUseBuffer(),
    lockedLogins: new LockedLoginBuffer(),
    factorRequirement: new FactorRequirement({
      ...ports,
      requiredFactors: config.requiredFactors,
      administrationIsOpen: config.administrationIsOpen,
    }),
    validationBuffer: new ValidationBuffer(),
    seatBuffer: new ValidationBuffer<SeatKey>(),
    validationsPerMinute: licenses.validationsPerMinute,
    registration: config.registration,
    confirmedOnly: config.confirmedOnly,
    minimumAge: config.minimumAge,
    resetTtlMs: config.resetTtlMs,
    idempotencyRetentionMs: config.idempotencyRetentionMs,
    sessionLimits: config.sessionLimits,
    sessionsPerUser: config.sessionsPerUser,
    staffIdleMs: config.staffIdleMs,
    stepUpTtlMs: config.stepUpTtlMs,
    auditRetentionMs: config.auditRetentionMs,
    auditIpRetentionMs: config.auditIpRetentionMs,
    /** The sample administrator is for development. */
    refusesSamples: config.mode === 'production',
  };
};

type Dependencies = ReturnType<typeof dependencies>;

const emailTemplates = ({ resetPage, accountPages, publicUrl, hasPages, brand }: Config): EmailTemplateOptions => ({
  resetPage,
  accountPages,
  brandName: brand.name,
  supportEmail: brand.supportEmail,
  // The pages serve it.
  logoUrl: brand.logo && hasPages && publicUrl ? publicUrl + assetPath('logo.png', brand.logo) : undefined,
});

const accessRules = ({ adminKey, administrationIsOpen }: Config, { tokenHasher }: Dependencies) => ({
  adminKeyHash: adminKey === undefined ? undefined : tokenHasher.hash(adminKey),
  administrationIsOpen,
});

const authenticator = (deps: Dependencies, access: AccessRules, onTouchFailed: (error: unknown) => void) =>
  new Authenticate({
    ...deps,
    access,
    authenticateToken: new AuthenticateToken({ ...deps, ...access }),
    onTouchFailed,
  });

const pairCheckLimit = ({ upstreams }: Config, { throttle }: Dependencies) => ({
  throttle,
  policy: { name: 'pair-check-ip', limit: upstreams.checksPerHour, windowMs: 3_600_000 },
});

/** Registers every use case under its name, over the ports as they are registered now. */
export const registerUseCases = (
  c: Container,
  config: Config,
  onTouchFailed: (error: unknown) => void = () => {},
): UseCases => {
  const useCases = {};
  for (const [name, create] of Object.entries(factories(config, dependencies(c, config), onTouchFailed))) {
    c.register(name, { useFactory: instanceCachingFactory<unknown>(create) });
    Object.defineProperty(useCases, name, { enumerable: true, get: () => c.resolve(name) });
  }
  return useCases as UseCases;
};
