import type { AuditView, ReadAuditLog } from '../../../../application/audit/read-audit-log.ts';
import type { UsersById } from '../../../../application/user/list-users.ts';
import type { CallerKind } from '../../../../domain/access/caller.ts';
import type { ChainEnd } from '../../../../domain/audit/audit-chain.ts';
import type { AuditChange, AuditSubject } from '../../../../domain/audit/audit-entry.ts';
import { ACTION_WORDS, actorWords, shownValue } from '../common/audit-words.ts';
import { block, empty, facts, more, note, pageHead, pager, table } from '../common/components.ts';
import type { FormState } from '../common/form.ts';
import { counted, formatDate, formatExact, formatNumber, time } from '../common/format.ts';
import { attributes, type Html, html } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import type { PageRequest } from '../common/page-request.ts';
import { exportForm } from './forms.ts';

/** As the address has it: people by their id or address, days as `2026-11-28`. */
export type AuditQuery = Readonly<{
  action: string | undefined;
  actor: string | undefined;
  actorKind: CallerKind | undefined;
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
  /** What is wrong with the query. */
  fault: string | undefined;
  nextUrl: string | undefined;
  exported: FormState | undefined;
}>;

export const auditPage = (page: PageRequest, log: AuditLog): Html => {
  const { choices, entries, query, fault, head, nextUrl, exported } = log;
  const list =
    entries.length === 0
      ? nothing(query, fault)
      : html`${days(page, log)}${pager(`${counted(entries.length, 'entry').replace('entrys', 'entries')} on this page, newest first`, nextUrl)}`;
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
      lead: 'Every change and its author. Entries are chained, so that a missing one is found.',
      actions: exporting && html`<a class="button" href="#exporting">Export</a>`,
    })}
${chain(page, head)}${filters(query, choices)}${fault && note('bad', 'Not a filter.', fault)}${list}${exporting}`,
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

/** More than the worker leaves between two of its rounds. */
const MANY_UNSEALED = 1_000;

const filters = (query: AuditQuery, { actions }: AuditLog['choices']): Html => {
  const { action, actor, actorKind, subject, requestId, from, to } = query;
  const options = actions.map((each) => html`<option${attributes({ selected: each === action })}>${each}</option>`);
  const text = (name: string, label: string, value: string | undefined, placeholder: string) =>
    html`<div><label for="${name}">${label}</label><input id="${name}" name="${name}" value="${value}" placeholder="${placeholder}" autocomplete="off" spellcheck="false" maxlength="254"></div>`;
  const day = (name: string, label: string, value: string | undefined) =>
    html`<div><label for="${name}">${label}</label><input id="${name}" name="${name}" type="date" value="${value}"></div>`;
  return html`<form class="filters" action="/console/audit">
<div><label for="action">Action</label><select id="action" name="action"><option value="">Any</option>${options}</select></div>
${text('actor', 'Who', actor, 'Id or e-mail')}${text('subject', 'Subject', subject, 'Id or e-mail')}${text('request_id', 'Request', requestId, 'Id')}
${day('from', 'From', from)}${day('to', 'Before', to)}${actorKind && html`<input type="hidden" name="actor_kind" value="${actorKind}">`}<button>Filter</button></form>`;
};

const nothing = (query: AuditQuery, fault: string | undefined): Html =>
  fault === undefined && Object.values(query).every((value) => value === undefined)
    ? empty('No entries yet', 'Each change of an account, a license, a token or a role will be here.')
    : empty(
        'No entry is like this',
        'Nothing matches these filters.',
        html`<a class="button" href="/console/audit">Show all entries</a>`,
      );

const days = (page: PageRequest, { entries, people }: AuditLog): Html => {
  const byDay = Map.groupBy(entries, ({ entry }) => entry.toSnapshot().at.slice(0, 10));
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
  return html`<details class="entry"${isOpen && html` open`}><summary><span class="muted">${time(at, page.now)}</span><strong>${action}</strong><span>${actorWords(actor, people)}</span><span class="muted">${subjectWords(subject, people)}</span></summary><div>
<p>${ACTION_WORDS[action]}</p>${changesOf(changes)}
<p class="hint">${where.map((part, index) => html`${index > 0 && ' · '}${part}`)}</p>${userAgent !== undefined && html`<p class="hint">${userAgent}</p>`}
<p class="hint">Show ${subjectLink(subject)}${only('subject', subject.id, 'all on this subject')}${only('actor', actor.id, 'all by this actor')}${only('request_id', requestId, 'all of this request')}</p></div></details>
`;
};

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
  return table('What was changed', [{ label: 'Field' }, { label: 'Before' }, { label: 'After' }], rows, 'tight');
};
