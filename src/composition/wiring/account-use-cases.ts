import type { DependencyContainer } from 'tsyringe';
import { DeliverMail } from '../../application/mail/deliver-mail.ts';
import { RenderEmail } from '../../application/mail/render-email.ts';
import { CheckReadiness } from '../../application/system/check-readiness.ts';
import { PurgeExpired } from '../../application/system/purge-expired.ts';
import { Throttle } from '../../application/throttle/throttle.ts';
import { Authenticate } from '../../application/user/authenticate.ts';
import { CreateUser } from '../../application/user/create-user.ts';
import { DeleteUser } from '../../application/user/delete-user.ts';
import { EndSession } from '../../application/user/end-session.ts';
import { ListSessions } from '../../application/user/list-sessions.ts';
import { ListUsers } from '../../application/user/list-users.ts';
import { ReadUser } from '../../application/user/read-user.ts';
import { RegisterUser } from '../../application/user/register-user.ts';
import { RequestPasswordReset } from '../../application/user/request-password-reset.ts';
import { ResetPassword } from '../../application/user/reset-password.ts';
import { SeedSampleUsers } from '../../application/user/seed-sample-users.ts';
import { SignIn } from '../../application/user/sign-in.ts';
import { SignOut } from '../../application/user/sign-out.ts';
import { UpdateUser } from '../../application/user/update-user.ts';
import { PasswordPolicy } from '../../domain/user/password-policy.ts';
import type { Config } from '../config/config.ts';
import { Ports } from './ports.ts';

/** Each use case with what it needs. A use case destructures what it wants; what it is handed more, it cannot see. */
export const registerAccountUseCases = (
  c: DependencyContainer,
  config: Config,
  onTouchFailed: (error: unknown) => void,
): void => {
  const { sessionLimits, minimumAge, resetTtlMs, adminKey, mode } = config;
  const ports = (c: DependencyContainer) => ({
    clock: c.resolve(Ports.clock),
    idGenerator: c.resolve(Ports.idGenerator),
    passwordHasher: c.resolve(Ports.passwordHasher),
    randomSource: c.resolve(Ports.randomSource),
    securityLog: c.resolve(Ports.securityLog),
    tokenHasher: c.resolve(Ports.tokenHasher),
    unitOfWork: c.resolve(Ports.unitOfWork),
    users: c.resolve(Ports.users),
  });
  const guarded = (c: DependencyContainer) => ({
    ...ports(c),
    throttle: c.resolve(Throttle),
    passwordPolicy: c.resolve(PasswordPolicy),
    minimumAge,
  });

  c.register(Throttle, { useFactory: (c) => new Throttle({ ...ports(c), isOn: config.isThrottled }) });
  c.register(Authenticate, {
    useFactory: (c) =>
      new Authenticate({
        ...ports(c),
        sessionQueries: c.resolve(Ports.sessionQueries),
        sessionLimits,
        onTouchFailed,
        access: {
          adminKeyHash: adminKey === undefined ? undefined : c.resolve(Ports.tokenHasher).hash(adminKey),
          administrationIsOpen: mode === 'development' && adminKey === undefined,
        },
      }),
  });
  c.register(RegisterUser, { useFactory: (c) => new RegisterUser(guarded(c)) });
  c.register(CreateUser, { useFactory: (c) => new CreateUser(guarded(c)) });
  c.register(SignIn, { useFactory: (c) => new SignIn({ ...guarded(c), sessionLimits }) });
  c.register(SignOut, { useFactory: (c) => new SignOut(ports(c)) });
  c.register(ListSessions, {
    useFactory: (c) =>
      new ListSessions({ ...ports(c), sessionQueries: c.resolve(Ports.sessionQueries), sessionLimits }),
  });
  c.register(EndSession, { useFactory: (c) => new EndSession(ports(c)) });
  c.register(ReadUser, { useFactory: (c) => new ReadUser(ports(c)) });
  c.register(ListUsers, { useFactory: (c) => new ListUsers({ userQueries: c.resolve(Ports.userQueries) }) });
  c.register(UpdateUser, { useFactory: (c) => new UpdateUser(guarded(c)) });
  c.register(DeleteUser, { useFactory: (c) => new DeleteUser(guarded(c)) });
  c.register(RequestPasswordReset, {
    useFactory: (c) => new RequestPasswordReset({ ...guarded(c), resetTtlMs, returnsToken: mode === 'development' }),
  });
  c.register(ResetPassword, { useFactory: (c) => new ResetPassword(guarded(c)) });
  c.register(SeedSampleUsers, {
    useFactory: (c) => new SeedSampleUsers({ ...ports(c), storeWipe: c.resolve(Ports.storeWipe) }),
  });
  c.register(RenderEmail, {
    useFactory: (c) => new RenderEmail({ ...ports(c), templates: { resetPage: config.resetPage }, resetTtlMs }),
  });
  c.register(DeliverMail, {
    useFactory: (c) =>
      new DeliverMail({ ...ports(c), renderEmail: c.resolve(RenderEmail), mailer: c.resolve(Ports.mailer) }),
  });
  c.register(PurgeExpired, { useFactory: (c) => new PurgeExpired({ ...ports(c), sessionLimits }) });
  c.register(CheckReadiness, { useFactory: (c) => new CheckReadiness({ storeHealth: c.resolve(Ports.storeHealth) }) });
};
