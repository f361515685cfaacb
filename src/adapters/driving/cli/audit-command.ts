import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { AuditView } from '../../../application/audit/read-audit-log.ts';
import type { ChainPoint } from '../../../domain/audit/audit-chain.ts';
import { entryJson } from '../../../domain/audit/audit-file.ts';
import { AUDIT_ACTION_FILTERS } from '../../../domain/audit/audit-filter.ts';
import type { ChainResult } from '../../../domain/audit/chain-verifier.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { caller, client, collectPages } from './administration.ts';
import type { CliDeps } from './cli-deps.ts';
import { CommandFailed, EXIT } from './exit-codes.ts';
import { moment, positiveNumber, withExamples } from './options.ts';
import { asJson, counted, escaped, listTable } from './output.ts';

export const auditCommand = (deps: CliDeps): Command =>
  new Command('audit')
    .description('Read, export and verify the audit log.')
    .addCommand(listCommand(deps))
    .addCommand(exportCommand(deps))
    .addCommand(verifyCommand(deps));

type Period = { from?: string; to?: string };

const withPeriod = (command: Command): Command =>
  command
    .addOption(
      new Option('--from <time>', 'only entries at or after, as 2026-01-01 or 2026-01-01T09:30:00Z').argParser(moment),
    )
    .addOption(new Option('--to <time>', 'only entries before').argParser(moment));

type ListOptions = Period & {
  limit: number;
  action?: string;
  actor?: string;
  subject?: string;
  requestId?: string;
  json?: true;
};

const listCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    withPeriod(new Command('list').description('List the audit log, newest first.'))
      .addOption(new Option('--limit <n>', 'at most this many').argParser(positiveNumber).default(50))
      .addOption(
        new Option('--action <action>', 'only this action, or all of a prefix as license.*').argParser(auditAction),
      )
      .option('--actor <id>', 'only by this user, token or license')
      .option('--subject <id>', 'only about this user, license, token or key')
      .option('--request-id <id>', 'only of this request')
      .option('--json', 'print the entries as a JSON array')
      .action(async ({ limit, json, ...filter }: ListOptions) => {
        const entries = await withStore('existing', ({ readAuditLog }) =>
          collectPages(limit, (size, after: string | undefined) =>
            readAuditLog.list({ caller, limit: size, after, ...filter }),
          ),
        );
        if (json) return write(asJson(entries.map(toJson)));
        const head = ['time', 'action', 'actor', 'subject'];
        const words = { noun: 'entry', plural: 'entries', none: 'There are no such entries.' };
        write(await listTable({ head, rows: entries.map(toRow), ...words }));
      }),
    "guildhall audit list --action 'license.*' --from 2026-01-01",
    'guildhall audit list --subject 019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10 --json',
  );

const auditAction = (raw: string): string => {
  if (!AUDIT_ACTION_FILTERS.includes(raw))
    throw new InvalidArgumentError('It must be an action, or a prefix as license.*.');
  return raw;
};

const toJson = ({ entry, seal }: AuditView) => entryJson(entry.text, seal, entry.toSnapshot());

/** Kinds are left out where the name or the action says the same. */
const toRow = ({ entry }: AuditView): string[] => {
  const { at, action, actor, subject } = entry.toSnapshot();
  return [Instant.format(at), action, actor.name ?? actor.kind, subject.id ?? subject.kind];
};

const exportCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    withPeriod(
      new Command('export')
        .description('Export the sealed entries into a new file, one JSON text on each line, oldest first.')
        .argument('<file>', 'the new file; an existing file is not replaced'),
    ).action(async (file: string, period: Period) => {
      await withStore('existing', async ({ sealAuditEntries, exportAuditLog }) => {
        // Without a server nothing has sealed the latest entries.
        await sealAuditEntries.execute();
        await writeNew(file, () => exportAuditLog.execute({ caller, client, ...period }));
      });
      write(`The audit log is exported to ${escaped(file)}.\n`);
    }),
    'guildhall audit export audit.ndjson --from 2026-01-01 --to 2026-02-01',
  );

/** Writes a file that only its owner may read, or none. */
const writeNew = async (file: string, pagesOf: () => Promise<AsyncIterable<string>>): Promise<void> => {
  const handle = await open(file, 'wx', 0o600).catch(cannotWrite(file, EXIT.usage));
  try {
    const rejected = cannotWrite(file, EXIT.failed);
    for await (const page of await pagesOf()) await handle.appendFile(page).catch(rejected);
    await handle.sync().catch(rejected);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
};

const cannotWrite = (file: string, exitCode: number) => (cause: NodeJS.ErrnoException) => {
  const why = cause.code === 'EEXIST' ? 'it exists, and is not replaced' : cause.code;
  throw new CommandFailed([`Cannot write ${file}: ${why}.`], exitCode, { cause });
};

const verifyCommand = ({ withStore, withoutStore, write }: CliDeps): Command =>
  withExamples(
    new Command('verify')
      .description('Verify the chain of the audit log: of the store, or of an exported file.')
      .argument('[file]', 'an exported file')
      .addOption(
        new Option('--head <seq:hash>', 'an entry that the log must contain, as noted before').argParser(chainPoint),
      )
      .action(async (file: string | undefined, { head: contains }: { head?: ChainPoint }) => {
        const result =
          file === undefined
            ? await withStore('existing', ({ verifyAuditLog }) => verifyAuditLog.ofStore({ caller, contains }))
            : await (await withoutStore()).verifyAuditLog.ofFile({ lines: linesIn(file), contains });
        write(report(result));
      }),
    'guildhall audit verify',
    'guildhall audit verify audit.ndjson --head "$SEQ:$HASH"',
  );

const chainPoint = (raw: string): ChainPoint => {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(raw) ?? [];
  if (seq === undefined || hash === undefined) {
    throw new InvalidArgumentError('It must be a number and a hash of 64 hex digits, as 42:742e….');
  }
  return { seq: Number(seq), hash: hash.toLowerCase() };
};

/** @throws {CommandFailed} the log is broken */
const report = ({ anchor, end, broken }: ChainResult): string => {
  if (broken !== undefined) {
    throw new CommandFailed([`The audit log is broken at entry ${broken.seq}: ${broken.reason}.`], EXIT.refused);
  }
  return `The audit log is intact: ${counted(end.seq - anchor.seq, 'entry', 'entries')} up to ${end.seq}:${end.hash}\n`;
};

/** Only a line feed ends a line: `readline` also splits at characters that JSON text may contain. */
async function* linesIn(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, 'utf8')) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const [why, exitCode] = code === 'ENOENT' ? ['there is no such file', EXIT.notFound] : [code, EXIT.usage];
    throw new CommandFailed([`Cannot read ${file}: ${why}.`], exitCode, { cause });
  }
  if (rest !== '') yield rest;
}
