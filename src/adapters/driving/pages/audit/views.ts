import { type AuditView, MANY_UNSEALED, type ReadAuditLog } from '../../../../application/audit/read-audit-log.ts';
import type { UsersById } from '../../../../application/user/list-users.ts';
import type { CallerKind } from '../../../../domain/access/caller.ts';
import type { ChainEnd } from '../../../../domain/audit/audit-chain.ts';
import type { AuditChange, AuditSubject } from '../../../../domain/audit/audit-entry.ts';
import type { DomainError } from '../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { ACTION_WORDS, actorWords, shownValue } from '../common/audit-words.ts';
import { block, empty, facts, more, noItems, note, pageHead, pager, table } from '../common/components.ts';
import type { FormState } from '../common/form.ts';
import { counted, formatDate, formatExact, formatNumber, time } from '../common/format.ts';
import { attributes, type Html, html, kept } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';
import { exportForm } from './forms.ts';

/** As the address has it: people by their id or address, days as `2026-11-28`. */
export type AuditQuery = Readonly<{
  action: string | undefined;
  actor: string | undefined;
  actorKind: string | undefined;
  subject: string | undefined;
  requestId: string | undefined;
  from: string | undefined;
  to: string | undefined;
}>;

type AuditLog = Readonly<{
  choices: ReadAuditLog['choices'];
  entries: readonly AuditView[];
  people: UsersById;
  head: ChainEnd & Readonly<{ unsealed: number }>;
  query: AuditQuery;
  /** The fault of the query. */
  fault: DomainError | undefined;
  nextUrl: string | undefined;
  exported: FormState | undefined;
}>;

export const auditPage = (page: PageRequest, log: AuditLog): Html => {
  const { choices, entries, query, head, nextUrl, exported } = log;
  const fault = faultOf(log.fault);
  const list =
    entries.length === 0
      ? noItems(fault === undefined ? page.firstUrl() : undefined, nothing(query, fault))
      : html`${days(page, log)}${pager(`${counted(entries.length, 'entry', 'entries')} on this page, newest first`, nextUrl)}`;
  const exporting =
    page.can('exports:read') &&
    block(
      'exporting',
      'Export',
      html`<div class="roomy">${exportForm.open(page, { state: exported })}<p class="muted">A file of all sealed entries of a time without gaps, one JSON text on each line. <code>guildhall audit verify audit.ndjson</code> verifies it.</p><div class="pair">${exportForm.field('from', { state: exported })}${exportForm.field('to', { state: exported })}</div><div class="actions"><button>${exportForm.options.submit}</button></div></form></div>`,
    );
  return consolePage(
    page,
    'Audit log',
    html`${pageHead({
      title: 'Audit log',
      lead: 'Every change and its author. Entries are chained, so that a missing one is found. Days are those of UTC.',
      actions: exporting && html`<a class="button" href="#exporting">Export</a>`,
    })}
${chain(page, head)}${isBlank(query) ? blankFilters(query, choices) : filters(query, choices, fault)}${list}${exporting}`,
  );
};

const chain = ({ now }: PageRequest, { seq, hash, at, unsealed }: AuditLog['head']): Html => {
  const state =
    seq === 0
      ? note('plain', 'No entry is sealed yet.', 'The worker seals entries within two seconds.')
      : note(
          unsealed > MANY_UNSEALED ? 'warn' : 'good',
          `Sealed to entry ${formatNumber(seq)}`,
          html`${at !== undefined && html`of ${time(at, now)}; `}${unsealed === 0 ? 'nothing waits.' : `${formatNumber(unsealed)} ${unsealed === 1 ? 'waits' : 'wait'}.`}`,
        );
  return html`${state}${more(
    'How the chain is verified',
    html`${facts([
      ['Last entry', html`<code>${seq}</code>`],
      ['Its hash', html`<code>${hash}</code>`],
      ['Verify', html`<code>guildhall audit verify --head ${seq}:${hash.slice(0, 8)}…</code>`],
    ])}<p class="hint">Each entry contains the hash of the one before. The command reads the whole chain and names the first entry that was changed, removed or swapped. Keep number and hash outside this server: with them it also finds a log that was rewritten from its beginning.</p>`,
  )}`;
};

type FilterName = 'action' | 'actor' | 'actor_kind' | 'subject' | 'request_id' | 'from' | 'to';

const LABELS: Readonly<Record<FilterName, string>> = {
  action: 'Action',
  actor: 'Who',
  actor_kind: 'Kind of actor',
  subject: 'Subject',
  request_id: 'Request',
  from: 'From',
  to: 'Before',
};

const KIND_WORDS: Readonly<Record<CallerKind, string>> = {
  root: 'Administrator’s key',
  staff: 'Person with a role',
  token: 'API token',
  person: 'Person without a role',
  license: 'Application',
  system: 'System',
  anonymous: 'Not logged in',
};

type Fault = Readonly<{ name: FilterName; text: string }>;

/** The message of a rejected query, and the field that it stands beside. */
const faultOf = (error: DomainError | undefined): Fault | undefined => {
  const [detail] = error?.details ?? [];
  if (detail === undefined || typeof detail === 'string') return undefined;
  const nameOf = (field = 'action') => (field === 'actorKind' ? 'actor_kind' : field) as FilterName;
  return { name: nameOf(detail.field), text: detail.render((field) => `“${LABELS[nameOf(field)]}”`) };
};

const filters = (query: AuditQuery, { actions, actorKinds }: AuditLog['choices'], fault: Fault | undefined): Html => {
  const { action, actor, actorKind, subject, requestId, from, to } = query;
  const filter = (name: FilterName, control: (common: Html) => Html) => {
    const text = fault?.name === name && fault.text;
    const common = attributes({
      id: name,
      name,
      ...(text && { 'aria-invalid': 'true', 'aria-describedby': `${name}-e` }),
    });
    return html`<div><label for="${name}">${LABELS[name]}</label>${text && html`<p class="error" id="${name}-e">${text}</p>`}${control(common)}</div>`;
  };
  const choice = (name: FilterName, chosen: string | undefined, choices: readonly (readonly [string, string])[]) =>
    filter(name, (common) => {
      const options = choices.map(
        ([value, text]) => html`<option${attributes({ value, selected: value === chosen })}>${text}</option>`,
      );
      return html`<select${common}><option value="">Any</option>${options}</select>`;
    });
  const text = (name: FilterName, value: string | undefined, placeholder: string) =>
    filter(
      name,
      (common) =>
        html`<input${common} value="${value}" placeholder="${placeholder}" autocomplete="off" spellcheck="false" maxlength="254">`,
    );
  const day = (name: FilterName, value: string | undefined) =>
    filter(name, (common) => html`<input${common} type="date" value="${value}">`);
  return html`<form class="filters" action="/console/audit">
${choice(
  'action',
  action,
  actions.map((each) => [each, each]),
)}${text('actor', actor, 'Id or email')}${choice(
  'actor_kind',
  actorKind,
  actorKinds.map((kind) => [kind, KIND_WORDS[kind]]),
)}${text('subject', subject, 'Id or email')}${text('request_id', requestId, 'Id')}
${day('from', from)}${day('to', to)}<button>Filter</button></form>`;
};

const blanks = new WeakMap<AuditLog['choices'], Html>();

/** The filters without a value. perf: they are made once, for the list of all actions in them. */
const blankFilters = (query: AuditQuery, choices: AuditLog['choices']): Html => {
  const made = blanks.get(choices) ?? kept(filters(query, choices, undefined));
  blanks.set(choices, made);
  return made;
};

const isBlank = (query: AuditQuery): boolean => Object.values(query).every((value) => value === undefined);

const nothing = (query: AuditQuery, fault: Fault | undefined): Html => {
  const all = html`<a class="button" href="/console/audit">Show all entries</a>`;
  if (fault !== undefined) return empty('Nothing was looked for', 'Correct the field marked above.', all);
  return isBlank(query)
    ? empty('No entries yet', 'Each change of an account, a license, a token or a role will be here.')
    : empty('No entry is like this', 'Nothing matches these filters.', all);
};

const days = (page: PageRequest, { entries, people }: AuditLog): Html => {
  const byDay = Map.groupBy(entries, ({ entry }) => Instant.formatDay(entry.toSnapshot().at));
  const isShort = entries.length <= FEW;
  return html`${[...byDay].map(([day, ofDay]) =>
    block(
      `d-${day}`,
      formatDate(day),
      ofDay.map((view) => entryOf(page, view, people, isShort)),
    ),
  )}`;
};

/** So few entries are shown open. */
const FEW = 5;

const entryOf = (page: PageRequest, { entry, seal }: AuditView, people: UsersById, isOpen: boolean): Html => {
  const { at, action, actor, subject, changes, requestId, ip, userAgent } = entry.toSnapshot();
  const only = (name: string, value: string | undefined, text: string) =>
    value !== undefined && html` · <a href="/console/audit?${name}=${encodeURIComponent(value)}">${text}</a>`;
  const where = [
    seal === undefined ? 'Not sealed yet' : `Entry ${formatNumber(seal.seq)}`,
    formatExact(at),
    ip !== undefined && html`from <code>${ip}</code>`,
    requestId !== undefined && html`request <code>${requestId}</code>`,
    seal !== undefined && html`hash <code>${seal.hash.slice(0, 8)}…${seal.hash.slice(-7)}</code>`,
  ].filter((part) => part !== false);
  return html`<details class="entry"${isOpen && html` open`}><summary><span class="muted">${time(at, page.now)}</span><strong>${breakable(action)}</strong><span>${actorWords(actor, people)}</span><span class="muted">${subjectWords(subject, people)}</span></summary><div>
<p>${ACTION_WORDS[action]}</p>${changesOf(changes)}
<p class="hint">${where.map((part, index) => html`${index > 0 && ' · '}${part}`)}</p>${userAgent !== undefined && html`<p class="hint">${userAgent}</p>`}
<p class="hint">Show ${subjectLink(subject)}${only('subject', subject.id, 'all on this subject')}${only('actor', actor.id, 'all by this actor')}${only('request_id', requestId, 'all of this request')}</p></div></details>
`;
};

/** May end a line after each of its words. */
const breakable = (code: string): Html[] => code.split(/(?<=[._])/).map((word) => html`${word}<wbr>`);

const PLACES: Partial<Record<AuditSubject['kind'], string>> = {
  user: '/console/accounts',
  license: '/console/licenses',
  token: '/console/tokens',
};

const subjectLink = ({ kind, id }: AuditSubject): Html => {
  const place = PLACES[kind];
  return place === undefined || id === undefined
    ? html`<a href="/console/audit">everything</a>`
    : html`<a href="${place}/${id}">this ${kind === 'user' ? 'account' : kind}</a>`;
};

const subjectWords = ({ kind, id }: AuditSubject, people: UsersById): string => {
  if (id === undefined) return kind;
  const person = kind === 'user' ? people.get(id) : undefined;
  if (person !== undefined) return person.email;
  const end = id.length > ID_END * 2 ? `…${id.slice(-ID_END)}` : id;
  return `${kind === 'user' ? 'account' : kind.replaceAll('_', ' ')} ${end}`;
};

const ID_END = 8;

const CHANGES = [{ label: 'Field' }, { label: 'Before' }, { label: 'After' }] as const;

const changesOf = (changes: readonly AuditChange[]): Html => {
  if (changes.length === 0) return html`<p class="muted">Nothing stored was changed.</p>`;
  const rows = changes.map((change) => {
    const name = html`<code>${change.field}</code>`;
    if (change.changed === true) {
      return [name, html`<span class="muted">not kept</span>`, html`<span class="muted">changed</span>`];
    }
    const none = html`<span class="muted">none</span>`;
    const { before, after } = change;
    return [
      name,
      before === undefined ? none : html`<del>${shownValue(before)}</del>`,
      after === undefined ? none : html`<ins>${shownValue(after)}</ins>`,
    ];
  });
  return table('What was changed', CHANGES, rows, 'tight');
};
