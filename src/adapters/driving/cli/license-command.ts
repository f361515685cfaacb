import { Command, Option } from 'commander';
import type { LicenseView } from '../../../application/license/license-view.ts';
import type { LicensePosition } from '../../../application/license/list-licenses.ts';
import type { Fingerprint } from '../../../domain/license/fingerprint.ts';
import { LICENSE_STATUSES, type LicenseStatus } from '../../../domain/license/license-status.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { presentActivation } from '../http/resources/licenses/presenter.ts';
import { caller, client, collectPages, confirm, isId, userAt } from './administration.ts';
import type { CliDeps, CliUseCases } from './cli-deps.ts';
import { printLicense, printLicenses } from './license-output.ts';
import { moment, positiveNumber, wholeNumber, withExamples } from './options.ts';
import { asJson, escaped, listTable, propertyTable } from './output.ts';

export const licenseCommand = (deps: CliDeps): Command =>
  new Command('license')
    .description('Manage licenses and verify license files.')
    .addCommand(issueCommand(deps))
    .addCommand(listCommand(deps))
    .addCommand(showCommand(deps))
    .addCommand(seatsCommand(deps))
    .addCommand(freeCommand(deps))
    .addCommand(transitionCommand(deps, 'suspend', 'Suspend an active license.'))
    .addCommand(transitionCommand(deps, 'reinstate', 'Reinstate a suspended license.'))
    .addCommand(revokeCommand(deps))
    .addCommand(renewCommand(deps))
    .addCommand(verifyCommand(deps));

const EXAMPLE_KEY = '3XK7P-9QW2M-C4R8T-V6YBN-1HJ5D-ZGF0S';

/** A command about one license, which is named by its key or id. */
const licenseSubcommand = (name: string, description: string): Command =>
  new Command(name).description(description).argument('<license>', 'license key or id');

const withJson = (command: Command): Command => command.option('--json', 'print the license as JSON');

type IssueOptions = {
  user: string;
  product?: string;
  days?: number;
  seats?: number;
  grace?: number;
  entitlement?: string[];
  unconfirmed?: true;
  json?: true;
};

const issueCommand = (deps: CliDeps): Command =>
  withExamples(
    withJson(
      new Command('issue')
        .description('Issue a license to a user.')
        .requiredOption('--user <user>', 'address or id of the user')
        .option('--product <name>', 'product that it is for; any text on one line')
        .addOption(new Option('--days <n>', 'days until it ends; default: never').argParser(wholeNumber))
        .addOption(new Option('--seats <n>', 'maximum number of machines; default: unlimited').argParser(wholeNumber))
        .addOption(new Option('--grace <n>', 'days that it stays valid after its end').argParser(wholeNumber))
        .option('--entitlement <code...>', 'codes of the features that it includes')
        .option('--unconfirmed', 'also to an account named by an address that it has not confirmed'),
    ).action(async ({ user, product, days, seats, grace, entitlement, unconfirmed, json }: IssueOptions) => {
      const terms = { product, days, maxActivations: seats, graceDays: grace, entitlements: entitlement };
      const { license, isUnconfirmed } = await deps.withStore('existing', async (useCases) => {
        const found = isId(user) ? undefined : await userAt(useCases, user);
        const isUnconfirmed = found?.emailConfirmedAt === null;
        if (isUnconfirmed && useCases.registerUser.mode !== 'open' && !unconfirmed) {
          throw new DomainError(
            'user.unconfirmed',
            'The account has not confirmed this address. Name it by its id, or add --unconfirmed.',
          );
        }
        const owner = { caller, userId: found?.id ?? user, terms, client };
        return { license: await useCases.issueLicense.execute(owner), isUnconfirmed };
      });
      if (isUnconfirmed) {
        deps.writeError(
          `Warning: Guildhall has not confirmed that the address ${escaped(user)} belongs to the person with this account.\n`,
        );
      }
      await printLicense(deps, license, json);
    }),
    'guildhall license issue --user ada@example.com --product editor --days 365',
    'guildhall license issue --user ada@example.com --seats 5 --entitlement pdf sso',
  );

type ListOptions = {
  status?: LicenseStatus;
  product?: string;
  user?: string;
  expiresBefore?: string;
  limit?: number;
  json?: true;
};

const listCommand = (deps: CliDeps): Command =>
  withExamples(
    new Command('list')
      .description('List licenses in the order of issue. Those selected by their end are in the order of their end.')
      .addOption(new Option('--status <status>', 'only with this status').choices(LICENSE_STATUSES))
      .option('--product <name>', 'only of this product')
      .option('--user <user>', 'only of the user with this address or id')
      .addOption(
        new Option('--expires-before <moment>', 'only with an end before, such as 2027-01-31').argParser(moment),
      )
      .addOption(new Option('--limit <n>', 'at most this many').argParser(positiveNumber))
      .option('--json', 'print the licenses as a JSON array')
      .action(async ({ user, limit = Number.POSITIVE_INFINITY, json, ...filters }: ListOptions) => {
        const licenses = await deps.withStore('existing', async (useCases) => {
          const userId = user === undefined ? undefined : await userIdOf(useCases, user);
          return collectPages(limit, (size, after: LicensePosition | undefined) =>
            useCases.listLicenses.ofAll({ caller, limit: size, after, userId, ...filters }),
          );
        });
        await printLicenses(deps, licenses, json);
      }),
    'guildhall license list --status in_grace',
    'guildhall license list --expires-before 2027-01-31 --product editor --json',
  );

const showCommand = (deps: CliDeps): Command =>
  withExamples(
    withJson(licenseSubcommand('show', 'Show a license.')).action(async (typed: string, { json }: { json?: true }) => {
      await printLicense(deps, await deps.withStore('existing', (useCases) => find(useCases, typed)), json);
    }),
    `guildhall license show ${EXAMPLE_KEY}`,
  );

const seatsCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    licenseSubcommand('seats', 'List the machines on which a license is activated.')
      .option('--json', 'print the activations as a JSON array')
      .action(async (typed: string, { json }: { json?: true }) => {
        const activations = await withStore('existing', async (useCases) => {
          const { id } = await find(useCases, typed);
          return collectPages(Number.POSITIVE_INFINITY, (limit, after: Fingerprint | undefined) =>
            useCases.listActivations.execute({ caller, licenseId: id, limit, after }),
          );
        });
        const seats = activations.map(presentActivation);
        if (json) return write(asJson(seats));
        const rows = seats.map(({ fingerprint, name, activated_at: at }) => [fingerprint, at, name ?? '']);
        const none = 'The license is not activated on any machine.';
        write(await listTable({ head: ['fingerprint', 'activated', 'name'], rows, noun: 'seat', none }));
      }),
    `guildhall license seats ${EXAMPLE_KEY}`,
  );

const freeCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    licenseSubcommand('free', 'Free the seat that a machine holds on a license.')
      .argument('<fingerprint>', 'fingerprint of the machine, as `license seats` lists it')
      .action(async (typed: string, fingerprint: string) => {
        await withStore('existing', async (useCases) => {
          const { id } = await find(useCases, typed);
          await useCases.deactivateLicense.execute({ caller, licenseId: id, fingerprint, client });
        });
        write(`The seat of ${escaped(fingerprint)} is free.\n`);
      }),
    `guildhall license free ${EXAMPLE_KEY} 3f7a9c52e0b84d16`,
  );

type Transition = 'suspend' | 'reinstate' | 'revoke';

const change = (deps: CliDeps, transition: Transition, typed: string): Promise<LicenseView> =>
  deps.withStore('existing', async (useCases) => {
    const { id } = await find(useCases, typed);
    return useCases.changeLicense[transition]({ caller, licenseId: id, client });
  });

const transitionCommand = (deps: CliDeps, name: Exclude<Transition, 'revoke'>, description: string): Command =>
  withExamples(
    withJson(licenseSubcommand(name, description)).action(async (typed: string, { json }: { json?: true }) => {
      await printLicense(deps, await change(deps, name, typed), json);
    }),
    `guildhall license ${name} ${EXAMPLE_KEY}`,
  );

const revokeCommand = (deps: CliDeps): Command =>
  withExamples(
    withJson(
      licenseSubcommand('revoke', 'Revoke a license permanently. Its record stays.').option(
        '--yes',
        'do not ask for confirmation',
      ),
    ).action(async (typed: string, { yes, json }: { yes?: true; json?: true }) => {
      await confirm(deps.terminal, `Revoke the license ${escaped(typed)} permanently?`, yes);
      await printLicense(deps, await change(deps, 'revoke', typed), json);
    }),
    `guildhall license revoke ${EXAMPLE_KEY} --yes`,
  );

const renewCommand = (deps: CliDeps): Command =>
  withExamples(
    withJson(
      licenseSubcommand('renew', 'Extend a license.')
        .addOption(new Option('--days <n>', 'days from the later of now and its present end').argParser(wholeNumber))
        .addOption(
          new Option('--until <moment>', 'such as 2027-01-31 or 2027-01-31T12:00:00Z')
            .argParser(moment)
            .conflicts('days'),
        ),
    ).action(async (typed: string, { days, until, json }: { days?: number; until?: string; json?: true }) => {
      const license = await deps.withStore('existing', async (useCases) => {
        const { id } = await find(useCases, typed);
        const renewal = { days, expiresAt: until };
        return useCases.changeLicense.renew({ caller, licenseId: id, renewal, client });
      });
      await printLicense(deps, license, json);
    }),
    `guildhall license renew ${EXAMPLE_KEY} --days 365`,
    `guildhall license renew ${EXAMPLE_KEY} --until 2027-12-31`,
  );

type VerifyOptions = { jwks: string; fingerprint?: string; product?: string; json?: true };

const verifyCommand = ({ verifyLicenseFile, write }: CliDeps): Command =>
  withExamples(
    new Command('verify')
      .description('Verify a license file with public keys, without a server or a store.')
      .argument('<file>', 'the license file: a JWT, or the whole response of the checkout')
      .requiredOption('--jwks <url|file>', 'the public keys: /.well-known/jwks.json of the server, or a copy')
      .option('--fingerprint <fingerprint>', 'machine that it must be for')
      .option('--product <name>', 'product that it must be for')
      .option('--json', 'print the claims as JSON')
      .action(async (file: string, { jwks, fingerprint, product, json }: VerifyOptions) => {
        const { claims, payload } = await verifyLicenseFile({ file, keys: jwks, fingerprint, product });
        if (json) return write(asJson(payload));
        const table = await propertyTable([
          ['license', claims.licenseId],
          ['user', claims.userId],
          ['product', claims.product ?? 'none in particular'],
          ['machine', claims.fingerprint ?? 'any'],
          ['entitlements', claims.entitlements.length === 0 ? 'none' : claims.entitlements.join(', ')],
          ['valid until', Instant.format(claims.validUntil)],
          ['license ends', claims.licenseExpiresAt === null ? 'never' : Instant.format(claims.licenseExpiresAt)],
          ['issuer', claims.issuer],
        ]);
        write(`The license file is valid.\n${table}`);
      }),
    'guildhall license verify app.lic --jwks jwks.json --product editor',
  );

const userIdOf = async (useCases: CliUseCases, typed: string): Promise<string> =>
  isId(typed) ? typed : (await userAt(useCases, typed)).id;

/** Ids are longer than keys. */
const find = ({ readLicense }: CliUseCases, typed: string): Promise<LicenseView> =>
  isId(typed) ? readLicense.execute({ caller, licenseId: typed }) : readLicense.byKey({ caller, licenseKey: typed });
