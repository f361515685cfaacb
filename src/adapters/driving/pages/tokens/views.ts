import type { OwnedTokenView, TokenView } from '../../../../application/token/token-view.ts';
import { TOKEN_SCOPES } from '../../../../domain/access/api-token.ts';
import { DAY_MS, Instant } from '../../../../domain/shared/instant.ts';
import {
  badge,
  block,
  copyButton,
  danger,
  empty,
  facts,
  pageHead,
  rowLink,
  table,
  tags,
} from '../common/components.ts';
import { type FormState, withoutShown, withShown } from '../common/form.ts';
import { counted, date, time, timeOrNever } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';
import { changeForm, createForm, DEFAULTS, OVERLAP, revokeForm, rotateForm } from './forms.ts';

export const tokensPage = (page: PageRequest, tokens: readonly OwnedTokenView[], create: FormState | undefined): Html =>
  consolePage(
    page,
    'API tokens',
    html`${pageHead({
      title: 'API tokens',
      lead: 'For programs of yours. A token can do no more than the person it belongs to.',
      actions: html`<a class="button" href="#new">New token</a>`,
    })}
${tokens.length === 0 ? empty('No tokens yet', 'A shop or a script logs in with a token of its own, so that you can revoke it alone.') : list(page, tokens)}
${block('new', 'New token', createFields(page, create))}`,
  );

const COLUMNS = [
  { label: 'Name' },
  { label: 'Status', onPhone: 'right' },
  { label: 'Scopes' },
  { label: 'Expires', isNumber: true, phoneLabel: 'Expiry' },
  { label: 'Last used', isNumber: true, phoneLabel: 'Used' },
] as const;

const list = ({ now }: PageRequest, tokens: readonly OwnedTokenView[]): Html => {
  const rows = tokens.map((token) => [
    rowLink(`/console/tokens/${token.id}`, token.name, html`<span class="mono">…${token.hint}</span>`),
    statusBadge(token, now),
    tags(token.scopes),
    time(token.expiresAt, now),
    timeOrNever(token.lastUsedAt, now),
  ]);
  return html`${table('API tokens, newest first', COLUMNS, rows)}<p class="hint">${counted(tokens.length, 'token')}, newest first</p>`;
};

const createFields = (page: PageRequest, state: FormState | undefined): Html => {
  const options = { state, values: DEFAULTS };
  const scopes = TOKEN_SCOPES.filter((scope) => page.can(scope)).map((scope) => createForm.field(scope, options));
  return html`<div class="roomy">${createForm.open(page, { state })}<div class="pair">${createForm.field('name', options)}${createForm.field('expires_in_days', options)}</div>
<fieldset class="field"><legend>Scopes</legend><div class="pair tight">${scopes}</div></fieldset>
<div class="pair">${createForm.field('products', options)}${createForm.field('networks', options)}</div>
<div class="actions"><button class="primary">${createForm.options.submit}</button></div></form></div>`;
};

/** The secret of a token, shown once. */
export const createdPage = (
  page: PageRequest,
  { token, secret, what }: Readonly<{ token: TokenView; secret: string; what: 'created' | 'rotated' }>,
): Html =>
  consolePage(
    page,
    `Token ${what}`,
    html`${pageHead({ title: `Token ${what}`, lead: token.name, parent: { href: '/console/tokens', label: 'API tokens' } })}
<section class="note stack" role="status" aria-labelledby="once"><h2 id="once">Copy it now</h2><p>It is shown this once. Only its last four characters are kept.</p><code class="secret" id="secret">${secret}</code><div class="actions">${copyButton('secret')}<a class="button" href="/console/tokens/${token.id}">Done</a></div><p class="hint">Expires ${date(token.expiresAt)}.</p></section>`,
  );

type Token = Readonly<{
  token: OwnedTokenView;
  change?: FormState;
  rotate?: FormState;
}>;

export const tokenPage = (page: PageRequest, { token, change, rotate }: Token): Html => {
  const { id, name, hint, scopes, lackingScopes, products, networks, ownerId, owner } = token;
  const { createdAt, expiresAt, lastUsedAt, lastUsedIp } = token;
  const { now } = page;
  const path = `/console/tokens/${id}`;
  const details = facts([
    ['Status', statusBadge(token, now)],
    ['Ends in', html`<code>${hint}</code>`],
    ['Scopes', tags(scopes)],
    ['Owner lacks', lackingScopes.length > 0 && tags(lackingScopes)],
    ['Products', products.length === 0 ? 'all' : tags(products)],
    ['Networks', networks.length === 0 ? 'any' : tags(networks)],
    ['Belongs to', owner === null ? 'no account' : html`<a href="/console/accounts/${ownerId}">${owner.email}</a>`],
    ['Created', time(createdAt, now)],
    ['Expires', time(expiresAt, now)],
    ['Last used', lastUsedAt === null ? 'never' : html`${time(lastUsedAt, now)}, from <code>${lastUsedIp}</code>`],
    ['Id', html`<code>${id}</code>`],
  ]);
  const changed = changeForm.render(page, {
    state: change,
    action: `${path}/change`,
    values: withShown({ name, networks: networks.join('\n') }),
  });
  const rotated = rotateForm.render(page, {
    state: rotate && withoutShown(rotate),
    action: `${path}/rotate`,
    values: withShown({ ...OVERLAP, hint }),
  });
  const revocation = danger([
    {
      title: 'Revoke token',
      text: 'Its requests fail from now on. There is no way back.',
      button: 'Revoke',
      form: revokeForm.render(page, { action: `${path}/revoke` }),
    },
  ]);
  return consolePage(
    page,
    name,
    html`${pageHead({
      title: name,
      parent: { href: '/console/tokens', label: 'API tokens' },
      actions: page.can('audit:read') && html`<a class="button" href="/console/audit?subject=${id}">Audit log</a>`,
    })}
<div class="lead-side"><div>${block('token', 'Token', details)}${block('revocation', 'Revocation', revocation)}</div><div>${block('rotation', 'Rotation', html`<div class="roomy">${rotated}</div>`)}${block('editor', 'Name and networks', html`<div class="roomy">${changed}</div>`)}</div></div>`,
  );
};

const SOON_MS = 7 * DAY_MS;

const statusBadge = (token: OwnedTokenView, now: Instant): Html => {
  const { status, blockedBy, lackingScopes, owner, expiresAt } = token;
  if (status === 'expired') return badge('plain', 'Expired', 'hollow');
  if (blockedBy !== undefined) return badge('bad', blockedBy === 'ban' ? 'Owner banned' : 'For development only');
  if (lackingScopes.length > 0) {
    return owner?.role ? badge('warn', 'Owner lacks scopes') : badge('bad', 'Owner without role');
  }
  return Instant.msBetween(now, expiresAt) < SOON_MS ? badge('warn', 'Expires soon') : badge('good', 'Active');
};
