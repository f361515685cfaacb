import type { FastifyReply } from 'fastify';
import type { ConfirmEmail } from '../../../../application/user/confirm-email.ts';
import type { DeleteUser } from '../../../../application/user/delete-user.ts';
import type { ElevateSession } from '../../../../application/user/elevate-session.ts';
import type { ExportUser, UserExport } from '../../../../application/user/export-user.ts';
import type { ReadUser } from '../../../../application/user/read-user.ts';
import type { UpdateUser, UpdateUserCommand } from '../../../../application/user/update-user.ts';
import type { VersionedUserView } from '../../../../application/user/user-view.ts';
import type { PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { addressForm, deleteForm, passwordForm, profileForm } from './forms.ts';
import { type AccountForms, ownAccountPage } from './views.ts';

export type AccountUseCases = Readonly<{
  readUser: ReadUser;
  updateUser: UpdateUser;
  confirmEmail: ConfirmEmail;
  elevateSession: ElevateSession;
  deleteUser: DeleteUser;
  exportUser: ExportUser;
}>;

/** Sends the data of a person as the API does. */
export type SendUserExport = (reply: FastifyReply, data: UserExport) => FastifyReply;

/** A person's own account. */
export const accountPages = (router: PageRouter, useCases: AccountUseCases, sendUserExport: SendUserExport): void => {
  const { readUser, updateUser, confirmEmail, elevateSession, deleteUser, exportUser } = useCases;

  const show = async (page: PageRequest, forms: AccountForms = {}) => {
    const { caller } = page;
    const { userId } = caller.requireSession();
    return ownAccountPage(page, await readUser.execute({ caller, userId }), forms);
  };

  /** The same form sent twice is one change. */
  const update = async (
    page: PageRequest,
    command: Pick<UpdateUserCommand, 'change' | 'currentPassword'>,
    location: (user: VersionedUserView) => string,
  ) => {
    const { caller, client } = page;
    const { userId } = caller.requireSession();
    const idempotency = page.idempotency(location);
    return location(await updateUser.execute({ ...command, caller, client, userId, idempotency }));
  };

  router.get('/account', 'session', (page) => show(page));

  router.form('/account/name', {
    access: 'session',
    form: profileForm,
    view: (page, profile) => show(page, { profile }),
    submit: (page, values) =>
      update(page, { change: { name: values.given('name') ?? null } }, () => withNote('/account', 'name-changed')),
  });

  router.form('/account/password', {
    access: 'session',
    form: passwordForm,
    view: (page, password) => show(page, { password }),
    submit: (page, values) =>
      update(
        page,
        { change: { password: values.secret('password') }, currentPassword: values.secret('current_password') },
        () => withNote('/account', 'password-changed'),
      ),
  });

  router.form('/account/address', {
    access: 'session',
    form: addressForm,
    view: (page, address) => show(page, { address }),
    submit: (page, values) =>
      update(
        page,
        { change: { email: values.trimmed('email') }, currentPassword: values.secret('current_password') },
        ({ email, pendingEmail }) => {
          const done = email === page.email ? 'address-kept' : 'address-changed';
          return withNote('/account', pendingEmail === null ? done : 'address-requested');
        },
      ),
  });

  router.form('/account/confirmation', {
    access: 'session',
    view: (page) => show(page),
    async submit({ caller, client }) {
      await confirmEmail.request({ caller, userId: caller.requireSession().userId, client });
      return withNote('/account/confirm', 'confirmation-sent');
    },
  });

  router.form('/account/export', {
    access: 'session',
    view: (page) => show(page),
    async submit({ caller, client, reply }) {
      return sendUserExport(
        reply,
        await exportUser.execute({ caller, client, userId: caller.requireSession().userId }),
      );
    },
  });

  router.form('/account/delete', {
    access: 'session',
    form: deleteForm,
    view: (page, deletion) => show(page, { deletion }),
    async submit(page, values) {
      const { client, request, reply } = page;
      await elevateSession.execute({
        caller: page.caller,
        password: values.secret('password'),
        code: values.given('code') === undefined ? undefined : values.code('code'),
        client,
      });
      // The session as it is now: elevated.
      const { caller } = await router.principal(request);
      await deleteUser.execute({ caller, userId: caller.requireSession().userId, client });
      router.guard.clearCookie(reply);
      return withNote('/login', 'account-deleted');
    },
  });
};
