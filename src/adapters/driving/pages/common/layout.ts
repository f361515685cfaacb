import type { Scope } from '../../../../domain/access/scope.ts';
import { buttonForm } from './form.ts';
import { forScript, type Html, html, kept } from './html.ts';
import { icon, MARK } from './icons.ts';
import { ACCOUNT_ENTRIES, CONSOLE_ENTRIES, SETTINGS_ENTRIES } from './navigation.ts';
import type { Frame, PageRequest } from './page-request.ts';
import { NOTES, type NoteName } from './words.ts';

/** The browser paints a page when it has its last element, so that no column gets another width while rows arrive. */
const document = (page: Frame, { title, layout, body }: { title: string; layout: string; body: Html }): Html => {
  const { assets, brand } = page;
  const script = body.usesScript && html`<script src="${assets.script}" defer></script>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${brand.name}</title>
<link rel="stylesheet" href="${assets.styles}">
<link rel="icon" href="${assets.logo ?? assets.icon}">
<link rel="expect" href="#end" blocking="render">
${script}</head>
<body class="${layout}">
<a class="skip" href="#main">Skip to content</a>
${body}
<div id="end" hidden></div>
</body>
</html>
`;
};

const brandLink = ({ assets, brand }: Frame, href: string): Html =>
  html`<a class="brand" href="${href}">${assets.logo === undefined ? MARK : html`<img src="${assets.logo}" alt="" width="26" height="26">`}<span>${brand.name}</span></a>`;

const logOut = (page: PageRequest, className = ''): Html =>
  buttonForm(page, '/account/log-out', 'Log out', { class: className });

/** The note about the form that was sent before. Also on the page of an error, so no address is wrong here. */
const note = ({ request, rejection, done: own }: Frame): Html | false => {
  if (rejection !== undefined) return html`<p class="note bad" role="alert">${rejection}</p>`;
  const { done = own } = request.query as Readonly<Record<string, unknown>>;
  if (typeof done !== 'string' || !Object.hasOwn(NOTES, done)) return false;
  const kind = done.startsWith('session-over') ? 'warn' : 'good';
  return forScript(html`<p class="note ${kind}" role="status" data-done>${NOTES[done as NoteName]}</p>`);
};

type Place = Readonly<{ path: string }>;

const byLengthOfPath = <P extends Place>(...places: readonly P[]): readonly P[] =>
  places.toSorted((a, b) => b.path.length - a.path.length);

const [ALL_PLACES, ALL_TABS] = [
  byLengthOfPath(...CONSOLE_ENTRIES, ...SETTINGS_ENTRIES),
  byLengthOfPath(...ACCOUNT_ENTRIES),
];

/** Returns the place that the page belongs to: that of the longest path that its own begins with. */
const currentOf = <P extends Place>({ path: shown }: PageRequest, places: readonly P[]): P | undefined =>
  places.find(({ path }) => shown.startsWith(path) && (shown.length === path.length || shown[path.length] === '/'));

const CURRENT = html` aria-current="page"`;

/** By the scopes of the caller, which are one object for all people of a role, and the current place. */
const sideBars = new WeakMap<readonly Scope[], Map<Place | undefined, Html>>();

/** The links of the side bar. perf: they are made once, as they are a third of a page. */
const sideBarOf = (page: PageRequest): Html => {
  const { scopes } = page.caller;
  const current = currentOf(page, ALL_PLACES);
  const made = sideBars.get(scopes) ?? new Map<Place | undefined, Html>();
  let sideBar = made.get(current);
  if (sideBar === undefined) {
    const list = (places: typeof CONSOLE_ENTRIES) => {
      const items = places.filter(({ scope }) => scope === undefined || page.can(scope));
      const links = items.map(
        (place) =>
          html`<li><a href="${place.path}"${place === current && CURRENT}>${icon(place.icon)}${place.label}</a></li>`,
      );
      return links.length > 0 && html`<ul>${links}</ul>`;
    };
    const settings = list(SETTINGS_ENTRIES);
    sideBar = kept(html`${list(CONSOLE_ENTRIES)}\n${settings && html`<p class="group">Settings</p>${settings}`}`);
    sideBars.set(scopes, made.set(current, sideBar));
  }
  return sideBar;
};

const tabBars = new Map<Place | undefined, Html>();

const tabsOf = (page: PageRequest): Html => {
  const current = currentOf(page, ALL_TABS);
  let tabs = tabBars.get(current);
  if (tabs === undefined) {
    const links = ACCOUNT_ENTRIES.map(
      (place) => html`<a href="${place.path}"${place === current && CURRENT}>${place.label}</a>`,
    );
    tabs = kept(html`${links}`);
    tabBars.set(current, tabs);
  }
  return tabs;
};

/** The console: a side bar, and the page beside it. */
export const consolePage = (page: PageRequest, title: string, content: Html): Html => {
  const body = html`<header class="bar">
${brandLink(page, '/console')}
<button class="menu" popovertarget="nav">${icon('menu')}Menu</button>
<nav id="nav" popover aria-label="Console">
${sideBarOf(page)}
<div class="who"><a href="/account">${page.email}</a><small class="muted">${page.caller.role}</small>
${logOut(page, 'wide')}</div>
</nav>
</header>
<main id="main" tabindex="-1">
${note(page)}${content}
</main>`;
  return document(page, { title, layout: 'console', body });
};

/** A person's own account: tabs above the page. */
export const accountPage = (page: PageRequest, title: string, content: Html): Html => {
  const toConsole = page.caller.role !== undefined && html`<a class="button" href="/console">Console</a>`;
  const body = html`<header><div>
<div class="line">${brandLink(page, '/account')}<div class="actions">${toConsole}${logOut(page)}</div></div>
<nav class="tabs" aria-label="Account">${tabsOf(page)}</nav>
</div></header>
<main id="main" tabindex="-1">
${note(page)}${content}
</main>
${support(page)}`;
  return document(page, { title, layout: 'plain', body });
};

/** One small form or message. */
export const soloPage = (page: Frame, title: string, content: Html): Html => {
  const body = html`<main id="main" tabindex="-1">
${brandLink(page, '/')}
${note(page)}${content}
</main>
${support(page)}`;
  return document(page, { title, layout: 'solo', body });
};

const support = ({ brand: { supportEmail } }: Frame): Html | false =>
  supportEmail !== undefined &&
  html`<footer>Need help? <a href="mailto:${encodeURI(supportEmail)}">${supportEmail}</a></footer>`;
