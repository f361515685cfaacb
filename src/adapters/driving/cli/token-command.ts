import { Command, Option } from 'commander';
import type { TokenWithSecret } from '../../../application/token/manage-tokens.ts';
import { TOKEN_SCOPES } from '../../../domain/access/api-token.ts';
import type { Scope } from '../../../domain/access/scope.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { presentToken } from '../http/resources/tokens/presenter.ts';
import { caller, client } from './administration.ts';
import type { CliDeps } from './cli-deps.ts';
import { wholeNumber, withExamples } from './options.ts';
import { asJson, escaped, listTable } from './output.ts';

const EXAMPLE_ID = '019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10';

export const tokenCommand = (deps: CliDeps): Command =>
  new Command('token')
    .description('Manage API tokens, the credentials of programs.')
    .addCommand(createCommand(deps))
    .addCommand(listCommand(deps))
    .addCommand(rotateCommand(deps))
    .addCommand(revokeCommand(deps));

type CreateOptions = {
  name: string;
  scope: Scope[];
  product?: string[];
  network?: string[];
  days?: number;
  json?: true;
};

const createCommand = (deps: CliDeps): Command =>
  withExamples(
    new Command('create')
      .description('Create an API token. It is shown this once, and belongs to no person.')
      .requiredOption('--name <name>', 'name of the token')
      .addOption(new Option('--scope <scope...>', 'scopes of the token').choices(TOKEN_SCOPES).makeOptionMandatory())
      .option('--product <name...>', 'only licenses for these products')
      .option('--network <cidr...>', 'valid only from these networks, such as 192.0.2.0/24')
      .addOption(new Option('--days <n>', 'days until it ends; default: 90').argParser(wholeNumber))
      .option('--json', 'print the token as JSON')
      .action(async ({ name, scope, product, network, days, json }: CreateOptions) => {
        const input = { name, scopes: scope, products: product, networks: network, expiresInDays: days };
        const created = await deps.withStore('existing', ({ manageTokens }) =>
          manageTokens.create({ caller, input, client }),
        );
        printSecret(deps, created, json);
      }),
    'guildhall token create --name build --scope licenses:write --product editor',
    'guildhall token create --name stats --scope metrics:read --network 10.0.0.0/8',
  );

const listCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    new Command('list')
      .description('List the API tokens, the newest first.')
      .option('--json', 'print the tokens as a JSON array')
      .action(async ({ json }: { json?: true }) => {
        const tokens = await withStore('existing', ({ manageTokens }) => manageTokens.list({ caller }));
        if (json) return write(asJson(tokens.map(presentToken)));
        const rows = tokens.map(({ id, name, hint, status, expiresAt }) => [
          id,
          name,
          `…${hint}`,
          status === 'expired' ? 'expired' : Instant.formatDay(expiresAt),
        ]);
        const head = ['id', 'name', 'token', 'until'];
        write(await listTable({ head, rows, noun: 'token', none: 'There is no API token.' }));
      }),
    'guildhall token list --json',
  );

const rotateCommand = (deps: CliDeps): Command =>
  withExamples(
    new Command('rotate')
      .description('Replace an API token by a new one. Its lifetime starts over.')
      .argument('<id>', 'id, as `token list` shows it')
      .addOption(
        new Option('--overlap <n>', 'seconds for which the old one stays valid; default: 3600').argParser(wholeNumber),
      )
      .option('--json', 'print the token as JSON')
      .action(async (tokenId: string, { overlap: overlapS, json }: { overlap?: number; json?: true }) => {
        const rotated = await deps.withStore('existing', ({ manageTokens }) =>
          manageTokens.rotate({ caller, tokenId, overlapS, client }),
        );
        printSecret(deps, rotated, json);
      }),
    `guildhall token rotate ${EXAMPLE_ID} --overlap 86400`,
  );

const revokeCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    new Command('revoke')
      .description('Revoke an API token at once.')
      .argument('<id>', 'id, as `token list` shows it')
      .action(async (tokenId: string) => {
        await withStore('existing', ({ manageTokens }) => manageTokens.revoke({ caller, tokenId, client }));
        write(`The API token ${escaped(tokenId)} is revoked.\n`);
      }),
    `guildhall token revoke ${EXAMPLE_ID}`,
  );

const printSecret = ({ write }: CliDeps, { token, secret }: TokenWithSecret, json: true | undefined): void => {
  const end = Instant.format(token.expiresAt);
  const text = `API token, until ${end}; it is not shown again:\n${secret.reveal()}\nIts id is ${token.id}.\n`;
  write(json ? asJson({ ...presentToken(token), token: secret.reveal() }) : text);
};
