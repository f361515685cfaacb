import type { ManageSecondFactor } from '../../../../application/user/manage-second-factor.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import type { FormState } from '../common/form.ts';
import type { PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { beginForm, confirmForm, recoveryForm, removeForm } from './forms.ts';
import { codesPage, confirmPage, factorPage, setUpPage } from './views.ts';

export type SecondFactorUseCases = Readonly<{ manageSecondFactor: ManageSecondFactor }>;

/** The second factor of the person who is logged in. */
export const secondFactorPages = (router: PageRouter, { manageSecondFactor }: SecondFactorUseCases): void => {
  const show = async (page: PageRequest, state?: FormState) =>
    factorPage(page, await manageSecondFactor.read({ caller: page.caller }), state);

  router.formPage('/account/mfa', {
    access: 'session',
    form: beginForm,
    view: show,
    submit: async (page) => {
      const { seed, uri } = await manageSecondFactor.begin(page.by);
      return setUpPage(page, { secret: seed.reveal(), uri });
    },
  });

  router.form('/account/mfa/confirm', {
    access: 'session',
    form: confirmForm,
    view: confirmPage,
    async submit(page, values) {
      try {
        return codesPage(page, await manageSecondFactor.confirm({ ...page.by, code: values.code('code') }));
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== 'mfa.not-pending') throw error;
        const { confirmedAt } = await manageSecondFactor.read({ caller: page.caller });
        if (confirmedAt === null) throw error;
        // Sent twice: the browser has dropped the response with the recovery codes.
        return withNote('/account/mfa', 'factor-was-on');
      }
    },
  });

  router.form('/account/mfa/recovery-codes', {
    access: 'session',
    form: recoveryForm,
    view: show,
    submit: async (page) => codesPage(page, await manageSecondFactor.replaceRecoveryCodes(page.by)),
  });

  router.form('/account/mfa/remove', {
    access: 'session',
    form: removeForm,
    view: show,
    submit: async (page) => {
      await manageSecondFactor.remove(page.by);
      return withNote('/account/mfa', 'factor-removed');
    },
  });
};
