import { generate } from 'lean-qr';
import type { SecondFactorView } from '../../../../application/user/manage-second-factor.ts';
import { block, danger, facts, note, pageHead } from '../common/components.ts';
import type { FormState } from '../common/form.ts';
import { time } from '../common/format.ts';
import { forScript, type Html, html } from '../common/html.ts';
import { accountPage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';
import { beginForm, confirmForm, recoveryForm, removeForm } from './forms.ts';

const TITLE = 'Two-factor log-in';
const LEAD = 'After your password, a code from an app on your phone.';

/** Whether there is a second factor, and what can be done about it. */
export const factorPage = (page: PageRequest, factor: SecondFactorView, state?: FormState): Html => {
  const { confirmedAt, recoveryCodesLeft, isRequired } = factor;
  if (confirmedAt === null) {
    const required = isRequired && note('warn', 'Your account needs it.', 'Until it is on, most pages lead back here.');
    const text = html`<p>An authenticator app on your phone shows a new code every half minute. Without your phone, the password alone opens nothing.</p>`;
    return accountPage(
      page,
      TITLE,
      html`${pageHead({ title: TITLE, lead: LEAD })}${required}
${block('off', 'It is off', html`<div class="stack roomy">${text}${beginForm.render(page, { state })}</div>`)}`,
    );
  }
  const details = facts([
    ['On since', time(confirmedAt, page.now)],
    ['Recovery codes left', String(recoveryCodesLeft)],
  ]);
  const few =
    recoveryCodesLeft < 3 && note('warn', 'Few recovery codes are left.', 'Make new ones before you need them.');
  const removal = {
    title: 'Turn it off',
    text: 'From then on your password alone opens your account.',
    button: 'Turn off',
    form: removeForm.render(page, { state }),
    isOpen: false,
  };
  return accountPage(
    page,
    TITLE,
    html`${pageHead({ title: TITLE, lead: LEAD })}${few}
${block('on', 'It is on', details)}
${block('recovery', 'Recovery codes', html`<div class="stack roomy"><p>Each lets you in once when your phone is lost. New ones void the old ones.</p>${recoveryForm.render(page, { state })}</div>`)}
${isRequired ? false : block('danger', 'Danger zone', danger([removal]))}`,
  );
};

/** The secret of a new factor, shown once, and the form for its first code. */
export const setUpPage = (page: PageRequest, { secret, uri }: Readonly<{ secret: string; uri: string }>): Html => {
  const typed = secret.match(/.{1,4}/g)?.join(' ') ?? secret;
  const scan = html`<div class="scan">${qrCode(uri)}<div class="stack"><p>Any authenticator app reads it. Without a camera, type this secret instead:</p><code class="secret">${typed}</code><p class="hint">Time based, SHA-1, 6 digits, 30 seconds. Unused, it is gone in 10 minutes.</p></div></div>`;
  return accountPage(
    page,
    TITLE,
    html`${pageHead({ title: TITLE, lead: `${LEAD} Turning it on ends your other sessions.` })}
${block('one', '1. Scan this with your app', scan)}
${block('two', '2. Enter the code it shows', html`<div class="roomy">${confirmForm.render(page)}</div>`)}`,
  );
};

/** The form for the first code, after a wrong one. The secret is not shown again. */
export const confirmPage = (page: PageRequest, state: FormState): Html =>
  accountPage(
    page,
    TITLE,
    html`${pageHead({ title: TITLE, lead: LEAD })}
${block('two', 'Enter the code that your app shows', html`<div class="roomy">${confirmForm.render(page, { state, cancel: '/account/mfa' })}</div>`)}`,
  );

const PRINT_BUTTON = forScript(html`<button type="button" data-print hidden>Print</button>`);

/** The recovery codes, shown once. */
export const codesPage = (page: PageRequest, codes: readonly string[]): Html => {
  const list = codes.map((code) => html`<li>${code}</li>`);
  const text = html`<p>Each lets you in once when your phone is lost. They are shown this once: print this page or write them down.</p>`;
  return accountPage(
    page,
    TITLE,
    html`${pageHead({ title: TITLE, lead: LEAD })}${note('good', 'It is on.', 'Your next log-in takes a code.')}
${block('three', 'Keep your recovery codes', html`<div class="stack roomy">${text}<ol class="codes">${list}</ol><div class="actions">${PRINT_BUTTON}<a class="button primary" href="/account/mfa">I have kept them</a></div></div>`)}`,
  );
};

/** Modules around the code that must be empty. */
const QUIET_ZONE = 4;

const qrCode = (text: string): Html => {
  const code = generate(text);
  let path = '';
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      let width = 0;
      while (x + width < code.size && code.get(x + width, y)) width += 1;
      if (width > 0) path += `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h${width}v1h-${width}z`;
      x += width;
    }
  }
  const size = code.size + 2 * QUIET_ZONE;
  const label = 'QR code for your authenticator app. The same secret is written beside it.';
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><path d="${path}"/></svg>`;
};
