import { Command, InvalidArgumentError, Option } from 'commander';
import type { LicenseView } from '../../../application/license/license-view.ts';
import { Caller } from '../../../domain/access/caller.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import type { CliDeps, CliUseCases } from './cli-deps.ts';
import { licenseVerifyCommand } from './license-verify-command.ts';
import { licenseAsJson, licenseAsRows } from './license-words.ts';
import { propertyTable } from './property-table.ts';
import { escapedJson } from './visible-json.ts';

// Whoever can open the store file is its administrator already.
const caller = Caller.administrator();
const client = { ip: '', userAgent: '', requestId: '' };

export const licenseCommand = (deps: CliDeps): Command =>
  new Command('license')
    .description('Issue licenses, and follow them through their life')
    .addCommand(issueCommand(deps))
    .addCommand(showCommand(deps))
    .addCommand(moveCommand(deps, 'suspend', 'Suspend an active license'))
    .addCommand(moveCommand(deps, 'reinstate', 'Reinstate a suspended license'))
    .addCommand(moveCommand(deps, 'revoke', 'Revoke a license for ever; it stays on record'))
    .addCommand(renewCommand(deps))
    .addCommand(licenseVerifyCommand(deps));

type IssueOptions = {
  user: string;
  product?: string;
  days?: number;
  seats?: number;
  grace?: number;
  entitlement?: string[];
  json?: true;
};

const issueCommand = (deps: CliDeps): Command =>
  new Command('issue')
    .description('Give somebody a license')
    .requiredOption('--user <email>', 'whose it will be')
    .option('--product <name>', 'what it is for; any text on one line')
    .addOption(new Option('--days <n>', 'how long it runs from now on; without it, for ever').argParser(wholeNumber))
    .addOption(new Option('--seats <n>', 'most machines at a time; without it, any number').argParser(wholeNumber))
    .addOption(new Option('--grace <n>', 'days that it goes on after its end').argParser(wholeNumber))
    .option('--entitlement <code...>', 'what it includes')
    .option('--json', 'print the license as JSON')
    .action(async ({ user, product, days, seats, grace, entitlement, json }: IssueOptions) => {
      const terms = { product, days, maxActivations: seats, graceDays: grace, entitlements: entitlement };
      const license = await deps.withStore('existing', async (useCases) => {
        const userId = await idOf(useCases, user);
        return useCases.issueLicense.execute({ caller, userId, terms, client });
      });
      await print(deps, license, json);
    });

const showCommand = (deps: CliDeps): Command =>
  new Command('show')
    .description('Show a license')
    .argument('<key>', 'license key or id')
    .option('--json', 'print the license as JSON')
    .action(async (key: string, { json }: { json?: true }) => {
      await print(deps, await deps.withStore('existing', (useCases) => find(useCases, key)), json);
    });

const moveCommand = (deps: CliDeps, move: 'suspend' | 'reinstate' | 'revoke', description: string): Command =>
  new Command(move)
    .description(description)
    .argument('<key>', 'license key or id')
    .option('--json', 'print the license as JSON')
    .action(async (key: string, { json }: { json?: true }) => {
      const license = await deps.withStore('existing', async (useCases) => {
        const { id } = await find(useCases, key);
        return useCases.changeLicense[move]({ caller, licenseId: id, client });
      });
      await print(deps, license, json);
    });

const renewCommand = (deps: CliDeps): Command =>
  new Command('renew')
    .description('Move the end of a license further away')
    .argument('<key>', 'license key or id')
    .addOption(new Option('--days <n>', 'from the later of now and the present end').argParser(wholeNumber))
    .addOption(new Option('--until <moment>', 'such as 2027-01-31 or 2027-01-31T12:00:00Z').conflicts('days'))
    .option('--json', 'print the license as JSON')
    .action(async (key: string, { days, until, json }: { days?: number; until?: string; json?: true }) => {
      const moment = until !== undefined && /^\d{4}-\d\d-\d\d$/.test(until) ? `${until}T00:00:00Z` : until;
      const license = await deps.withStore('existing', async (useCases) => {
        const { id } = await find(useCases, key);
        const renewal = { days, expiresAt: moment };
        return useCases.changeLicense.renew({ caller, licenseId: id, renewal, client });
      });
      await print(deps, license, json);
    });

const wholeNumber = (raw: string): number => {
  if (!/^\d{1,9}$/.test(raw)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(raw);
};

const idOf = async ({ listUsers }: CliUseCases, email: string): Promise<string> => {
  const [user] = (await listUsers.execute({ caller, limit: 1, email })).users;
  if (user === undefined) throw new DomainError('user.not-found', `Nobody has the address ${email}.`);
  return user.id;
};

/** By its id where it looks like one: ids are longer than keys. */
const find = ({ readLicense }: CliUseCases, typed: string): Promise<LicenseView> =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(typed)
    ? readLicense.execute({ caller, licenseId: typed })
    : readLicense.byKey({ caller, licenseKey: typed });

const print = async ({ write }: CliDeps, license: LicenseView, json: true | undefined): Promise<void> =>
  write(json ? escapedJson(licenseAsJson(license)) : await propertyTable(licenseAsRows(license)));
