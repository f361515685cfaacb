import type { CheckReadiness } from '../../../application/system/check-readiness.ts';
import type { AdmitUser } from '../../../application/user/admit-user.ts';
import type { Authenticate } from '../../../application/user/authenticate.ts';
import type { DeleteUser } from '../../../application/user/delete-user.ts';
import type { EndSession } from '../../../application/user/end-session.ts';
import type { ListSessions } from '../../../application/user/list-sessions.ts';
import type { ListUsers } from '../../../application/user/list-users.ts';
import type { ReadUser } from '../../../application/user/read-user.ts';
import type { RegisterUser } from '../../../application/user/register-user.ts';
import type { RequestPasswordReset } from '../../../application/user/request-password-reset.ts';
import type { ResetPassword } from '../../../application/user/reset-password.ts';
import type { SignIn } from '../../../application/user/sign-in.ts';
import type { SignOut } from '../../../application/user/sign-out.ts';
import type { UpdateUser } from '../../../application/user/update-user.ts';
import type { LicenseUseCases } from './license-use-cases.ts';

/** What can be asked for over HTTP. */
export type UseCases = Readonly<{
  admitUser: AdmitUser;
  authenticate: Authenticate;
  checkReadiness: CheckReadiness;
  deleteUser: DeleteUser;
  endSession: EndSession;
  listSessions: ListSessions;
  listUsers: ListUsers;
  readUser: ReadUser;
  registerUser: RegisterUser;
  requestPasswordReset: RequestPasswordReset;
  resetPassword: ResetPassword;
  signIn: SignIn;
  signOut: SignOut;
  updateUser: UpdateUser;
  licenses: LicenseUseCases;
}>;
