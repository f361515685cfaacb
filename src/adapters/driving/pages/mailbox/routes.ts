import type { ConfirmEmail } from '../../../../application/user/confirm-email.ts';
import type { RegisterUser } from '../../../../application/user/register-user.ts';
import type { RequestPasswordReset } from '../../../../application/user/request-password-reset.ts';
import type { ResetPassword } from '../../../../application/user/reset-password.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import type { FormValues } from '../common/form.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import {
  confirmForm,
  openAccountForm,
  registerForm,
  requestAccountForm,
  requestResetForm,
  resetForm,
} from './forms.ts';
import {
  confirmPage,
  openAccountPage,
  registerPage,
  requestAccountPage,
  requestResetPage,
  resetPage,
} from './views.ts';

export type MailboxUseCases = Readonly<{
  confirmEmail: ConfirmEmail;
  registerUser: RegisterUser;
  requestPasswordReset: RequestPasswordReset;
  resetPassword: ResetPassword;
}>;

/** Pages for a token that a mailbox received, without a session: a new password, an address, an account. */
export const mailboxPages = (router: PageRouter, useCases: MailboxUseCases): void => {
  const { confirmEmail, requestPasswordReset, resetPassword } = useCases;

  router.formPage('/account/reset/request', {
    access: 'anyone',
    form: requestResetForm,
    view: requestResetPage,
    async submit({ client }, values) {
      await requestPasswordReset.execute({ email: values.trimmed('email'), client });
      return withNote('/account/reset', 'reset-requested');
    },
  });

  router.formPage('/account/reset', {
    access: 'anyone',
    form: resetForm,
    view: resetPage,
    async submit({ client }, values) {
      await resetPassword.execute({
        email: values.trimmed('email'),
        token: values.code('reset_token'),
        newPassword: values.secret('password'),
        client,
      });
      return withNote('/login', 'password-reset');
    },
  });

  router.formPage('/account/confirm', {
    access: 'anyone',
    form: confirmForm,
    view: confirmPage,
    async submit({ caller, client }, values) {
      const { outcome } = await confirmEmail.execute({ token: values.code('confirmation_token'), client });
      if (outcome === 'cancelled') return withNote('/account/reset', 'address-change-cancelled');
      return withNote(caller.userId === undefined ? '/login' : '/account', 'address-confirmed');
    },
  });

  registrationPages(router, useCases);
};

/** As the operator lets people in: at once, by a token of an email, or not at all. */
const registrationPages = (router: PageRouter, { registerUser }: MailboxUseCases): void => {
  const personOf = (values: FormValues<typeof registerForm.options.fields>) => ({
    email: values.trimmed('email'),
    name: values.given('name'),
    age: values.integer('age') ?? Number.NaN,
    password: values.secret('password'),
  });

  if (registerUser.mode === 'closed') {
    router.get('/account/new', 'anyone', () => {
      throw new DomainError('registration.closed', 'Registration is closed.');
    });
    return;
  }

  if (registerUser.mode === 'open') {
    router.formPage('/account/new', {
      access: 'anyone',
      form: registerForm,
      view: registerPage,
      async submit({ client }, values) {
        await registerUser.execute({ ...personOf(values), client });
        return registerUser.mustConfirm
          ? withNote('/account/confirm', 'registered-unconfirmed')
          : withNote('/login', 'registered');
      },
    });
    return;
  }

  router.formPage('/account/new', {
    access: 'anyone',
    form: requestAccountForm,
    view: requestAccountPage,
    async submit({ client }, values) {
      await registerUser.request({ email: values.trimmed('email'), client });
      return withNote('/account/new/token', 'account-requested');
    },
  });

  router.formPage('/account/new/token', {
    access: 'anyone',
    form: openAccountForm,
    view: openAccountPage,
    async submit({ client }, values) {
      await registerUser.complete({ ...personOf(values), token: values.code('confirmation_token'), client });
      return withNote('/login', 'registered');
    },
  });
};
