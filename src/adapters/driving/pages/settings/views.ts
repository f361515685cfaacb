import type { StoreDescription } from '../../../../ports/store-health.ts';
import { badge, block, empty, facts, pageHead, table, tabs } from '../common/components.ts';
import { type Html, html, kept, type Part } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';

/** A setting as a person may see it. */
export type ShownSetting = Readonly<{
  name: string;
  /** Markdown: names and values stand between backticks. */
  docs: string;
  isSecret: boolean;
  isSet: boolean;
  /** The value in effect; `undefined`: none, or a secret. Passwords in addresses are left out. */
  value: string | undefined;
  /** The value without the setting; `undefined`: none. */
  default: string | undefined;
  /** It is set to another value than the default. */
  isChanged: boolean;
}>;

export type SettingsGroup = Readonly<{ title: string; settings: readonly ShownSetting[] }>;

export type Versions = Readonly<{ guildhall: string; node: string }>;

type SettingsInEffect = Readonly<{
  lists: Readonly<{ all: Html; changed: Html }>;
  versions: Versions;
  store: StoreDescription;
  shown: 'all' | 'changed';
}>;

const PATH = '/console/settings';

export const settingsList = (settings: readonly SettingsGroup[], isShown = (_: ShownSetting) => true): Html => {
  const groups = settings
    .map(({ title, settings: all }) => ({ title, shown: all.filter(isShown) }))
    .filter(({ shown }) => shown.length > 0);
  const list = groups.map(({ title, shown }, index) =>
    block(`g-${index}`, title, table(title, COLUMNS, shown.map(rowOf))),
  );
  const nothing = empty(
    'Nothing is changed',
    'Every setting has its default.',
    html`<a class="button" href="${PATH}">Show all settings</a>`,
  );
  return kept(groups.length === 0 ? nothing : html`<div class="settings">${list}</div>`);
};

export const settingsPage = (page: PageRequest, { lists, versions, store, shown }: SettingsInEffect): Html =>
  consolePage(
    page,
    'Configuration',
    html`${pageHead({
      title: 'Configuration',
      lead: 'What this process was started with. Settings come from its environment; a change takes a restart.',
    })}
${block('versions', 'Versions', versionFacts(versions, store))}
${tabs('Settings', [
  { href: PATH, label: 'All settings', isCurrent: shown === 'all' },
  { href: `${PATH}?show=changed`, label: 'Changed', isCurrent: shown === 'changed' },
])}${lists[shown]}`,
  );

const versionFacts = ({ guildhall, node }: Versions, { engine, version, migration }: StoreDescription): Html =>
  facts([
    ['Guildhall', guildhall],
    ['Node', node],
    ['Database', engine === 'memory' ? 'in memory, gone at exit' : `${engine} ${version}`],
    ['Last migration', migration && html`<code>${migration}</code>`],
  ]);

const COLUMNS = [
  { label: 'Setting' },
  { label: 'Value', phoneLabel: 'Value' },
  { label: 'Default', phoneLabel: 'Default' },
] as const;

const rowOf = (setting: ShownSetting): readonly Part[] => {
  const { name, docs, isChanged, default: standard } = setting;
  return [
    html`<code>${name}</code>${isChanged && html` ${badge('plain', 'changed')}`}<small>${withCode(docs)}</small>`,
    valueIn(setting),
    standard === undefined ? NONE : html`<code class="muted">${standard}</code>`,
  ];
};

const NONE = html`<span class="muted">none</span>`;

const valueIn = ({ isSecret, isSet, value }: ShownSetting): Html => {
  if (isSecret) return isSet ? html`set` : html`<span class="muted">not set</span>`;
  return value === undefined ? NONE : html`<code>${value}</code>`;
};

/** Text with the parts between backticks as code. */
const withCode = (text: string): Html =>
  html`${text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
