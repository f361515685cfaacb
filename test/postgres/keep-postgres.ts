import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { freePort, makePostgresFolder, type PostgresFolder, type Replication } from './postgres-folder.ts';

/*
 * Runs a PostgreSQL for as long as the other end of standard input is open, and ends it then. Prints its port and folder
 * once the server accepts connections. Reads the orders `stop`, `crash` and `start`, and prints each when it is
 * done. Started by postgres-server.ts, with the role in a replication as its argument.
 */

const answers = async (port: number): Promise<boolean> => {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
};

const STDIO: StdioOptions = ['ignore', 'ignore', 'inherit'];

const start = async ({ program, args, identity, path }: PostgresFolder, port: number): Promise<ChildProcess> => {
  const options = { ...identity, cwd: path, stdio: STDIO };
  const server: ChildProcess = spawn(program, [...args, '-p', String(port)], options);
  while (server.exitCode === null) {
    if (await answers(port)) return server;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`PostgreSQL ended with ${server.exitCode}`);
};

const end = async (server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill(signal);
  await once(server, 'exit');
};

// Ctrl-C reaches this process too; what it has to do, it does when standard input ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.stdout.on('error', () => {});

const folder = makePostgresFolder(JSON.parse(process.argv[2] as string) as Replication);
const port = await freePort();
let server = await start(folder, port);
process.stdout.write(`${port} ${folder.path}\n`);
for await (const order of createInterface({ input: process.stdin })) {
  if (order === 'stop') await end(server, 'SIGINT');
  if (order === 'crash') await end(server, 'SIGQUIT');
  if (order === 'start') server = await start(folder, port);
  process.stdout.write(`${order}\n`);
}
await end(server, 'SIGQUIT');
rmSync(folder.path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
