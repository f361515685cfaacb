import { block, facts, pageHead } from '../common/components.ts';
import { type Html, html } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import { CONSOLE_ENTRIES } from '../common/navigation.ts';
import type { PageRequest } from '../common/page-request.ts';

export const overviewPage = (page: PageRequest): Html => {
  const places = CONSOLE_ENTRIES.filter(({ path, scope }) => path !== '/console' && (!scope || page.can(scope)));
  const links = places.map(({ path, label }) => html`<li><a href="${path}">${label}</a></li>`);
  return consolePage(
    page,
    'Overview',
    html`${pageHead({ title: 'Overview' })}<div class="two">${block('places', 'Where to', html`<ul class="rows">${links}</ul>`)}${block(
      'you',
      'You',
      facts([
        ['Logged in as', page.email],
        ['Role', page.caller.role],
      ]),
    )}</div>`,
  );
};
