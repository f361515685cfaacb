import type { ReadAuditLog } from '../../../../application/audit/read-audit-log.ts';
import type { ChangeLicense } from '../../../../application/license/change-license.ts';
import type { CheckOutLicense } from '../../../../application/license/check-out-license.ts';
import type { DeactivateLicense } from '../../../../application/license/deactivate-license.ts';
import type { IssueLicense } from '../../../../application/license/issue-license.ts';
import type { LicenseView } from '../../../../application/license/license-view.ts';
import type { ListActivations } from '../../../../application/license/list-activations.ts';
import type { ListLicenses, ListLicensesCommand } from '../../../../application/license/list-licenses.ts';
import type { MailLicenseKey } from '../../../../application/license/mail-license-key.ts';
import type { ReadLicense } from '../../../../application/license/read-license.ts';
import type { ShowLicenseKey } from '../../../../application/license/show-license-key.ts';
import type { ExportList } from '../../../../application/system/export-list.ts';
import type { ListUsers } from '../../../../application/user/list-users.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { UUID } from '../../../../domain/shared/uuid.ts';
import { activationCursor, licenseCursor } from '../../http/request/cursors.ts';
import { readTimeline } from '../common/audit-words.ts';
import { sendCsv } from '../common/csv.ts';
import { type Fields, type Form, type FormState, type FormValues, InvalidFields } from '../common/form.ts';
import type { Html } from '../common/html.ts';
import { keyEnd, licensePath, STATUS_WORDS } from '../common/license-parts.ts';
import { PAGE_SIZE, type PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { type NoteName, withNote } from '../common/words.ts';
import { fileForm, issueForm, keySearch, machineForm, renewForm, revokeForm, type TERMS, termsForm } from './forms.ts';
import { issuePage, type LicenseFilter, licensePage, licensesPage, renewPage, termsPage } from './views.ts';

export type LicensesUseCases = Readonly<{
  listLicenses: ListLicenses;
  readLicense: ReadLicense;
  issueLicense: IssueLicense;
  changeLicense: ChangeLicense;
  showLicenseKey: ShowLicenseKey;
  mailLicenseKey: MailLicenseKey;
  checkOutLicense: CheckOutLicense;
  listActivations: ListActivations;
  deactivateLicense: DeactivateLicense;
  listUsers: ListUsers;
  readAuditLog: ReadAuditLog;
  exportList: ExportList;
}>;

/** Licenses of all customers, for staff. */
export const licensesPages = (router: PageRouter, useCases: LicensesUseCases): void => {
  const { listLicenses, readLicense, issueLicense, changeLicense, listUsers, exportList } = useCases;
  const { showLicenseKey, mailLicenseKey, checkOutLicense, listActivations, deactivateLicense, readAuditLog } =
    useCases;

  const showList = async (page: PageRequest, search?: FormState) => {
    const { caller } = page;
    const filter = filterOf(page);
    const position = { limit: PAGE_SIZE, after: page.after(licenseCursor) };
    const found = await listLicenses
      .withOwners({ ...commandOf(filter), caller, ...position })
      .catch((error: unknown) => {
        if (!(error instanceof DomainError && error.code === 'license.invalid')) throw error;
        page.reply.code(422);
      });
    const { items = [], next } = found ?? {};
    const nextUrl = page.nextUrl(licenseCursor, next);
    return licensesPage(page, { licenses: items, filter, isDayWrong: found === undefined, nextUrl, search });
  };

  const read = (page: PageRequest) => readLicense.execute({ caller: page.caller, licenseId: page.id() });

  const ownerOf = async ({ caller }: PageRequest, { userId }: LicenseView) =>
    (await listUsers.ofIds({ caller, ids: [userId] })).get(userId);

  const showLicense = async (
    page: PageRequest,
    states: Readonly<{ key?: string; revoke?: FormState; file?: FormState }> = {},
  ) => {
    const { caller } = page;
    const license = await read(page);
    const { items: machines, next } = await listActivations.ofLicense({
      caller,
      license,
      limit: PAGE_SIZE,
      after: page.after(activationCursor),
    });
    const owner = await ownerOf(page, license);
    const events = await readTimeline(
      page,
      { readAuditLog, listUsers },
      { subjectKind: 'license', subject: license.id },
    );
    const notices = await readLicense.notices({ caller, license });
    const nextUrl = page.nextUrl(activationCursor, next);
    return licensePage(page, { license, owner, machines, nextUrl, events, notices, ...states });
  };

  router.get('/console/licenses.csv', 'staff', async (page) => {
    const { caller, client } = page;
    const filter = commandOf(filterOf(page));
    const pages = await exportList.execute({
      caller,
      client,
      list: 'licenses',
      read: (position: Position) => listLicenses.ofAll({ ...filter, caller, ...position }),
    });
    return sendCsv(page, 'licenses', COLUMNS, pages, async (licenses) => {
      const owners = await listUsers.ofIds({ caller, ids: licenses.map(({ userId }) => userId) });
      return licenses.map((license) => cellsOf(license, owners.get(license.userId)?.email));
    });
  });

  router.formPage('/console/licenses', {
    access: 'staff',
    form: keySearch,
    view: showList,
    async submit({ caller }, values) {
      const { id } = await readLicense.byKey({ caller, licenseKey: values.text('license_key') });
      return licensePath(id);
    },
  });

  const showIssue = async (page: PageRequest, state?: FormState) => {
    page.caller.require('licenses:write');
    const { caller } = page;
    const owner = (page.query('owner') ?? '').toLowerCase();
    const owners = await listUsers.ofIds({ caller, ids: UUID.test(owner) ? [owner] : [] });
    return issuePage(page, owners.get(owner)?.email, state);
  };

  router.formPage('/console/licenses/new', {
    access: 'staff',
    form: issueForm,
    view: showIssue,
    async submit(page, values) {
      const { caller, client } = page;
      const location = ({ id }: Pick<LicenseView, 'id'>) => withNote(licensePath(id), 'license-issued');
      const owner = await listUsers.byEmail({ caller, email: values.trimmed('email') });
      const terms = {
        ...termsOf(values),
        startsAt: values.date('starts_at'),
        expiresAt: values.date('expires_at') ?? null,
        days: values.integer('days'),
      };
      const idempotency = page.idempotency<LicenseView>(location);
      const notify = values.isChecked('notify');
      return location(await issueLicense.execute({ caller, client, userId: owner.id, terms, notify, idempotency }));
    },
  });

  router.get('/console/licenses/:id', 'staff', (page) => showLicense(page));

  const change = <F extends Fields>(
    move: string,
    options: Readonly<{
      done: NoteName;
      form?: Form<F>;
      view: (page: PageRequest, state: FormState) => Promise<Html>;
      execute: (command: Command, values: FormValues<F>) => Promise<unknown>;
    }>,
  ) =>
    router.form(`/console/licenses/:id/${move}`, {
      access: 'staff',
      form: options.form,
      view: options.view,
      async submit(page, values) {
        const location = withNote(licensePath(page.id()), options.done);
        const idempotency = page.idempotency<unknown>(() => location);
        await options.execute({ ...page.by, licenseId: page.id(), idempotency }, values);
        return location;
      },
    });

  const moves = { view: (page: PageRequest) => showLicense(page) };
  change('suspend', { ...moves, done: 'license-suspended', execute: (command) => changeLicense.suspend(command) });
  change('mail', { ...moves, done: 'license-mailed', execute: (command) => mailLicenseKey.execute(command) });
  change('reinstate', { ...moves, done: 'license-reinstated', execute: (command) => changeLicense.reinstate(command) });

  change('revoke', {
    done: 'license-revoked',
    form: revokeForm,
    view: (page, revoke) => showLicense(page, { revoke }),
    async execute(command, values) {
      const { key } = await readLicense.execute(command);
      if (values.given('confirm')?.toUpperCase() !== keyEnd(key)) {
        throw new InvalidFields({ confirm: 'These are not the last four characters of this key.' });
      }
      return changeLicense.revoke(command);
    },
  });

  const showChange = (view: typeof renewPage) => async (page: PageRequest, state?: FormState) => {
    page.caller.require('licenses:write');
    const license = await read(page);
    return view(page, license, await ownerOf(page, license), state);
  };

  const showRenewal = showChange(renewPage);
  router.get('/console/licenses/:id/renew', 'staff', (page) => showRenewal(page));
  change('renew', {
    done: 'license-renewed',
    form: renewForm,
    view: showRenewal,
    execute(command, values) {
      const expiresAt = values.date('expires_at');
      const days = expiresAt === undefined || values.isChanged('days') ? values.integer('days') : undefined;
      return changeLicense.renew({ ...command, renewal: { days, expiresAt, presentEnd: values.shown('present_end') } });
    },
  });

  const showTerms = showChange(termsPage);
  router.get('/console/licenses/:id/terms', 'staff', (page) => showTerms(page));
  change('terms', {
    done: 'license-changed',
    form: termsForm,
    view: showTerms,
    async execute(command, values) {
      if (values.isChanged('starts_at') && values.given('starts_at') === undefined) {
        throw new InvalidFields({ starts_at: 'Starts on is required.' });
      }
      const { product, graceDays, maxActivations, entitlements } = termsOf(values);
      return changeLicense.updateTerms({
        ...command,
        change: {
          ...(values.isChanged('product') && { product }),
          ...(values.isChanged('starts_at') && { startsAt: values.date('starts_at') }),
          ...(values.isChanged('expires_at') && { expiresAt: values.date('expires_at') ?? null }),
          ...(values.isChanged('grace_days') && { graceDays }),
          ...(values.isChanged('max_activations') && { maxActivations }),
          ...(values.isChanged('entitlements') && { entitlements }),
        },
      });
    },
  });

  router.form('/console/licenses/:id/key', {
    access: 'staff',
    view: (page) => showLicense(page),
    async submit(page) {
      return showLicense(page, { key: await showLicenseKey.execute({ ...page.by, licenseId: page.id() }) });
    },
  });

  router.form('/console/licenses/:id/machines/free', {
    access: 'staff',
    form: machineForm,
    view: (page) => showLicense(page),
    async submit(page, values) {
      await deactivateLicense.execute({ ...page.by, licenseId: page.id(), fingerprint: values.text('fingerprint') });
      return withNote(`${licensePath(page.id())}${page.listQuery}`, 'machine-freed');
    },
  });

  router.form('/console/licenses/:id/file', {
    access: 'staff',
    form: fileForm,
    view: (page, file) => showLicense(page, { file }),
    async submit(page, values) {
      const days = values.integer('days');
      const maxDays = Math.floor(checkOutLicense.maxTtlSeconds / 86_400);
      if (days !== undefined && (days < 1 || days > maxDays)) {
        throw new InvalidFields({ days: `Days must be from 1 to ${maxDays}.` });
      }
      const { file } = await checkOutLicense.execute({
        ...page.by,
        licenseId: page.id(),
        fingerprint: values.given('fingerprint'),
        ttl: days === undefined ? undefined : days * 86_400,
      });
      return page.download(`license-${page.id()}.lic`, 'application/octet-stream', `${file}\n`);
    },
  });
};

type Position = Pick<ListLicensesCommand, 'limit' | 'after'>;
type Command = Parameters<ChangeLicense['suspend']>[0] & Parameters<MailLicenseKey['execute']>[0];

/** Terms of both forms. A blank field is the absence of the term, and no days of grace. */
const termsOf = (values: Pick<FormValues<typeof TERMS>, 'given' | 'integer' | 'words'>) => ({
  product: values.given('product') ?? null,
  graceDays: values.integer('grace_days') ?? 0,
  maxActivations: values.integer('max_activations') ?? null,
  entitlements: values.words('entitlements'),
});

const filterOf = (page: PageRequest): LicenseFilter => ({
  status: page.choice('status', Object.keys(STATUS_WORDS) as LicenseView['status'][]),
  product: page.query('product'),
  expiresBefore: page.query('expires_before'),
});

const commandOf = ({
  status,
  product,
  expiresBefore,
}: LicenseFilter): Omit<ListLicensesCommand, 'caller' | 'limit'> => ({
  status,
  product,
  expiresBefore: expiresBefore === undefined ? undefined : `${expiresBefore}T00:00:00Z`,
});

const COLUMNS = [
  'id',
  'key_ends_in',
  'status',
  'owner',
  'user_id',
  'product',
  'issued_at',
  'starts_at',
  'expires_at',
  'grace_days',
  'activations',
  'max_activations',
  'entitlements',
  'last_validated_at',
  'owner_banned',
];

const cellsOf = (license: LicenseView, owner: string | undefined) => {
  const moment = (at: LicenseView['expiresAt']) => at && Instant.format(at);
  return [
    license.id,
    keyEnd(license.key),
    license.status,
    owner,
    license.userId,
    license.product,
    moment(license.issuedAt),
    moment(license.startsAt),
    moment(license.expiresAt),
    license.graceDays,
    license.activations,
    license.maxActivations,
    license.entitlements.join(' '),
    moment(license.lastValidatedAt),
    String(license.ownerBanned ?? ''),
  ];
};
