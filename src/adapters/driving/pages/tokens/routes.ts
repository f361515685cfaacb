import type { ManageTokens, TokenWithSecret } from '../../../../application/token/manage-tokens.ts';
import type { TokenView } from '../../../../application/token/token-view.ts';
import { TOKEN_SCOPES } from '../../../../domain/access/api-token.ts';
import type { FormState } from '../common/form.ts';
import type { PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { changeForm, createForm, revokeForm, rotateForm } from './forms.ts';
import { createdPage, tokenPage, tokensPage } from './views.ts';

export type TokensUseCases = Readonly<{ manageTokens: ManageTokens }>;

/** API tokens, for programs of the vendor. */
export const tokensPages = (router: PageRouter, { manageTokens }: TokensUseCases): void => {
  const showTokens = async (page: PageRequest, create?: FormState) => {
    return tokensPage(page, await manageTokens.list({ caller: page.caller }), create);
  };

  const showToken = async (page: PageRequest, states: Readonly<{ change?: FormState; rotate?: FormState }> = {}) => {
    const { caller } = page;
    const token = await manageTokens.read({ caller, tokenId: page.id() });
    return tokenPage(page, { token, ...states });
  };

  const showSecret = (page: PageRequest, { token, secret }: TokenWithSecret, what: 'created' | 'rotated') =>
    createdPage(page, { token, secret: secret.reveal(), what });

  router.get('/console/tokens/:id', 'staff', (page) => showToken(page));

  router.formPage('/console/tokens', {
    access: 'staff',
    form: createForm,
    view: showTokens,
    async submit(page, values) {
      const input = {
        name: values.text('name'),
        scopes: TOKEN_SCOPES.filter((scope) => values.isChecked(scope)),
        products: linesOf(values.text('products')),
        networks: linesOf(values.text('networks')),
        expiresInDays: values.integer('expires_in_days'),
      };
      return showSecret(page, await manageTokens.create({ ...page.by, input }), 'created');
    },
  });

  router.form('/console/tokens/:id/change', {
    access: 'staff',
    form: changeForm,
    view: (page, change) => showToken(page, { change }),
    async submit(page, values) {
      const location = withNote(`/console/tokens/${page.id()}`, 'token-changed');
      await manageTokens.change({
        ...page.by,
        tokenId: page.id(),
        change: {
          ...(values.isChanged('name') && { name: values.text('name') }),
          ...(values.isChanged('networks') && { networks: linesOf(values.text('networks')) }),
        },
        idempotency: page.idempotency<TokenView>(() => location),
      });
      return location;
    },
  });

  router.form('/console/tokens/:id/rotate', {
    access: 'staff',
    form: rotateForm,
    view: (page, rotate) => showToken(page, { rotate }),
    async submit(page, values) {
      const overlapS = values.integer('overlap_s');
      const command = { ...page.by, tokenId: page.id(), overlapS, presentHint: values.shown('hint') };
      return showSecret(page, await manageTokens.rotate(command), 'rotated');
    },
  });

  router.form('/console/tokens/:id/revoke', {
    access: 'staff',
    form: revokeForm,
    view: (page) => showToken(page),
    async submit(page) {
      await manageTokens.revoke({ ...page.by, tokenId: page.id() });
      return withNote('/console/tokens', 'token-revoked');
    },
  });
};

const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
