import { type Html, html, markup } from './html.ts';

const PATHS = {
  overview:
    '<rect x="4" y="4" width="7" height="9" rx="1.5"/><rect x="4" y="16" width="7" height="4" rx="1.5"/><rect x="14" y="11" width="6" height="9" rx="1.5"/><rect x="14" y="4" width="6" height="4" rx="1.5"/>',
  account: '<circle cx="12" cy="8" r="3.5"/><path d="M5 20c.6-3.8 3.4-6 7-6s6.400 2.200 7 6"/>',
  license: '<circle cx="8" cy="15" r="4"/><path d="M11 12l8-8M16 7l3 3M13.500 9.500l2 2"/>',
  machine: '<rect x="5" y="5" width="14" height="10" rx="1.5"/><path d="M3 19h18"/>',
  pair: '<circle cx="9" cy="12" r="5"/><circle cx="15" cy="12" r="5"/>',
  audit: '<path d="M8 6h12M8 12h12M8 18h12"/><path d="M4 6h.01M4 12h.01M4 18h.01"/>',
  token:
    '<path d="M9 5c-3 0-2 3-2 4.500S6 12 5 12c1 0 2 1 2 2.500S6 19 9 19M15 5c3 0 2 3 2 4.500s1 2.500 2 2.500c-1 0-2 1-2 2.500s1 4.500-2 4.500"/>',
  staff: '<path d="M12 3l7 3v5.500c0 4.300-2.900 7.500-7 9.500-4.100-2-7-5.200-7-9.500V6z"/>',
  settings:
    '<path d="M4 8h9M19 8h1M4 16h1M11 16h9"/><circle cx="16" cy="8" r="2.500"/><circle cx="8" cy="16" r="2.500"/>',
  menu: '<path d="M4 7h16M4 12h16M4 17h16"/>',
} as const;

export type IconName = keyof typeof PATHS;

export const icon = (name: IconName): Html =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${markup(PATHS[name])}</svg>`;

/** The mark of the brand where the operator has no logo. */
export const MARK = markup(
  '<svg viewBox="0 0 26 26" aria-hidden="true"><rect width="26" height="26" rx="6.500"/><path d="M6 20v-8.500L13 6l7 5.500V20h-4.500v-3.500a2.500 2.500 0 0 0-5 0V20z"/></svg>',
);
