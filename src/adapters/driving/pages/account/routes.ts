import type { ReadUser } from '../../../../application/user/read-user.ts';
import type { UpdateUser } from '../../../../application/user/update-user.ts';
import type { FormState } from '../common/form.ts';
import type { PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { passwordForm } from './forms.ts';
import { ownAccountPage } from './views.ts';

export type AccountUseCases = Readonly<{ readUser: ReadUser; updateUser: UpdateUser }>;

/** A person's own account. */
export const accountPages = (router: PageRouter, { readUser, updateUser }: AccountUseCases): void => {
  const show = async (page: PageRequest, password?: FormState) => {
    const { caller } = page;
    return ownAccountPage(page, await readUser.execute({ caller, userId: caller.requireSession().userId }), password);
  };

  router.get('/account', 'session', (page) => show(page));

  router.form('/account/password', {
    access: 'session',
    form: passwordForm,
    view: show,
    async submit(page, values) {
      const location = () => withNote('/account', 'password-changed');
      await updateUser.execute({
        caller: page.caller,
        userId: page.caller.requireSession().userId,
        change: { password: values.secret('password') },
        currentPassword: values.secret('current_password'),
        idempotency: page.idempotency(location),
        client: page.client,
      });
      return location();
    },
  });
};
