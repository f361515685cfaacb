import type { ManageStaff } from '../../../../application/staff/manage-staff.ts';
import type { ManageTokens, TokenWithSecret } from '../../../../application/token/manage-tokens.ts';
import type { TokenView } from '../../../../application/token/token-view.ts';
import type { ListUsers } from '../../../../application/user/list-users.ts';
import { TOKEN_SCOPES } from '../../../../domain/access/api-token.ts';
import type { FormState } from '../common/form.ts';
import type { PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { changeForm, createForm, revokeForm, rotateForm } from './forms.ts';
import { createdPage, type Owners, tokenPage, tokensPage } from './views.ts';

export type TokensUseCases = Readonly<{ manageTokens: ManageTokens; manageStaff: ManageStaff; listUsers: ListUsers }>;

/** API tokens, for programs of the vendor. */
export const tokensPages = (
  router: PageRouter,
  { manageTokens, manageStaff, listUsers }: TokensUseCases,
  { administrationIsOpen }: Readonly<{ administrationIsOpen: boolean }>,
): void => {
  const showTokens = async (page: PageRequest, create?: FormState) => {
    const tokens = await manageTokens.list({ caller: page.caller });
    return tokensPage(page, { tokens, owners: await ownersOf(page, tokens), ...(create && { create }) });
  };

  const showToken = async (page: PageRequest, states: Readonly<{ change?: FormState; rotate?: FormState }> = {}) => {
    const { caller } = page;
    const token = await manageTokens.read({ caller, tokenId: page.id() });
    return tokenPage(page, { token, owners: await ownersOf(page, [token]), ...states });
  };

  const ownersOf = async ({ caller }: PageRequest, tokens: readonly TokenView[]): Promise<Owners> => {
    const users = await listUsers.ofIds({ caller, ids: tokens.flatMap(({ ownerId }) => ownerId ?? []) });
    const roles = new Map((await manageStaff.list({ caller })).map(({ id, role }) => [id, role]));
    return new Map(
      [...users.values()].map(({ id, email, ban }) => {
        // Where administration is open, tokens have the scopes that they were given.
        const role = administrationIsOpen ? 'admin' : roles.get(id);
        return [id, { email, isBanned: ban !== null, role }];
      }),
    );
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
