import type { UseCases } from '../../adapters/driving/http/resources/use-cases.ts';
import { CheckDeveloperPair } from '../../application/developer-pair/check-developer-pair.ts';
import { ReadPairHistory } from '../../application/developer-pair/read-pair-history.ts';
import { RatePassword } from '../../application/password/rate-password.ts';
import { SuggestPassword } from '../../application/password/suggest-password.ts';
import { CheckReadiness } from '../../application/system/check-readiness.ts';
import { Authenticate } from '../../application/user/authenticate.ts';
import { CreateUser } from '../../application/user/create-user.ts';
import { DeleteUser } from '../../application/user/delete-user.ts';
import { EndSession } from '../../application/user/end-session.ts';
import { ImportRandomUsers } from '../../application/user/import-random-users.ts';
import { ListSessions } from '../../application/user/list-sessions.ts';
import { ListUsers } from '../../application/user/list-users.ts';
import { ReadUser } from '../../application/user/read-user.ts';
import { RegisterUser } from '../../application/user/register-user.ts';
import { RequestPasswordReset } from '../../application/user/request-password-reset.ts';
import { ResetPassword } from '../../application/user/reset-password.ts';
import { SignIn } from '../../application/user/sign-in.ts';
import { SignOut } from '../../application/user/sign-out.ts';
import { UpdateUser } from '../../application/user/update-user.ts';
import type { Container } from './container.ts';
import { licenseUseCases } from './license-use-cases.ts';

/** What the HTTP face offers, taken out of the container once. */
export const httpUseCases = (c: Container): UseCases => ({
  admitUser: c.resolve(CreateUser),
  authenticate: c.resolve(Authenticate),
  checkDeveloperPair: c.resolve(CheckDeveloperPair),
  checkReadiness: c.resolve(CheckReadiness),
  deleteUser: c.resolve(DeleteUser),
  endSession: c.resolve(EndSession),
  importRandomUsers: c.resolve(ImportRandomUsers),
  listSessions: c.resolve(ListSessions),
  listUsers: c.resolve(ListUsers),
  ratePassword: c.resolve(RatePassword),
  readPairHistory: c.resolve(ReadPairHistory),
  readUser: c.resolve(ReadUser),
  registerUser: c.resolve(RegisterUser),
  requestPasswordReset: c.resolve(RequestPasswordReset),
  resetPassword: c.resolve(ResetPassword),
  signIn: c.resolve(SignIn),
  signOut: c.resolve(SignOut),
  suggestPassword: c.resolve(SuggestPassword),
  updateUser: c.resolve(UpdateUser),
  licenses: licenseUseCases(c),
});
