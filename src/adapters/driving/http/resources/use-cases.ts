import type { CheckDeveloperPair } from '../../../../application/developer-pair/check-developer-pair.ts';
import type { ReadPairHistory } from '../../../../application/developer-pair/read-pair-history.ts';
import type { RatePassword } from '../../../../application/password/rate-password.ts';
import type { SuggestPassword } from '../../../../application/password/suggest-password.ts';
import type { CheckReadiness } from '../../../../application/system/check-readiness.ts';
import type { Authenticate } from '../../../../application/user/authenticate.ts';
import type { CreateUser } from '../../../../application/user/create-user.ts';
import type { DeleteUser } from '../../../../application/user/delete-user.ts';
import type { EndSession } from '../../../../application/user/end-session.ts';
import type { ImportRandomUsers } from '../../../../application/user/import-random-users.ts';
import type { ListSessions } from '../../../../application/user/list-sessions.ts';
import type { ListUsers } from '../../../../application/user/list-users.ts';
import type { ReadUser } from '../../../../application/user/read-user.ts';
import type { RegisterUser } from '../../../../application/user/register-user.ts';
import type { RequestPasswordReset } from '../../../../application/user/request-password-reset.ts';
import type { ResetPassword } from '../../../../application/user/reset-password.ts';
import type { SignIn } from '../../../../application/user/sign-in.ts';
import type { SignOut } from '../../../../application/user/sign-out.ts';
import type { UpdateUser } from '../../../../application/user/update-user.ts';
import type { LicenseUseCases } from './licenses/use-cases.ts';

/** What can be asked for over HTTP. */
export type UseCases = Readonly<{
  authenticate: Authenticate;
  checkDeveloperPair: CheckDeveloperPair;
  checkReadiness: CheckReadiness;
  createUser: CreateUser;
  deleteUser: DeleteUser;
  endSession: EndSession;
  importRandomUsers: ImportRandomUsers;
  listSessions: ListSessions;
  listUsers: ListUsers;
  ratePassword: RatePassword;
  readPairHistory: ReadPairHistory;
  readUser: ReadUser;
  registerUser: RegisterUser;
  requestPasswordReset: RequestPasswordReset;
  resetPassword: ResetPassword;
  signIn: SignIn;
  signOut: SignOut;
  suggestPassword: SuggestPassword;
  updateUser: UpdateUser;
}> &
  LicenseUseCases;
