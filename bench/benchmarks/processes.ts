import { Client } from 'pg';
import { PostgresServer } from '../../test/postgres/postgres-server.ts';
import type { Table } from '../harness/goals.ts';
import type { Contender } from '../harness/rounds.ts';
import type { Runner } from '../harness/runner.ts';
import type { RequestTemplate } from '../load/load-plan.ts';
import { fillPostgres } from '../seed/fill-postgres.ts';
import { newUserRequest, profileRequests, validateRequests } from '../seed/requests.ts';
import type { Seed } from '../seed/seed-data.ts';
import { type Server, startGuildhall } from '../servers/servers.ts';
import { type Benchmark, guildhallWith, inTurn, SMALL_STORE, tableOf } from './benchmark.ts';

const CONNECTIONS = 32;

const ROUTES: readonly Readonly<{ of: string; requestsOf: (seed: Seed) => readonly RequestTemplate[] }>[] = [
  { of: 'GET /profile', requestsOf: profileRequests },
  { of: 'POST /licenses/validate', requestsOf: validateRequests },
  { of: 'POST /users', requestsOf: () => [newUserRequest] },
];

const TWO_WORKERS = { WORKERS: '2' };

/** What is measured: processes that serve one store, each with an address of its own or all with one. */
type Cluster = Readonly<{ name: string; servers: readonly Server[]; seed: Seed }>;

/**
 * One process, two workers, and two instances, each with a store of its own. All may use every core, which they share with
 * the load and with Postgres.
 */
export const processes: Benchmark = async (runner) => {
  await using stack = new AsyncDisposableStack();
  const cores = runner.cores.all;
  const onSqlite = async (name: string, settings = {}): Promise<Cluster> => {
    const server = stack.use(await guildhallWith(runner, SMALL_STORE, { cores, settings }));
    return { name, servers: [server], seed: server.seed };
  };
  const postgres = stack.use(await PostgresServer.start());
  const seed = { createdUntil: new Date().toISOString(), users: SMALL_STORE, passwordHash: runner.passwordHash };
  const onPostgres = async (name: string, instances: number, settings = {}): Promise<Cluster> => {
    const store = await aDatabase(postgres, `bench_${name.replaceAll(/\W/g, '_').toLowerCase()}`);
    await fillPostgres(store, seed);
    const servers: Server[] = [];
    while (servers.length < instances)
      servers.push(stack.use(await startGuildhall(runner, { store, name, cores, settings })));
    return { name, servers, seed };
  };
  const clusters = [
    await onSqlite('SQLite, one process'),
    await onSqlite('SQLite, WORKERS=2', TWO_WORKERS),
    await onPostgres('Postgres, one process', 1),
    await onPostgres('Postgres, WORKERS=2', 1, TWO_WORKERS),
    await onPostgres('Postgres, two instances', 2),
  ];
  const tables: Table[] = [];
  for (const { of, requestsOf } of ROUTES) {
    const contenders = clusters.map((cluster) => together(runner, cluster, requestsOf(cluster.seed)));
    tables.push(tableOf(`${of}, several processes`, await inTurn(runner, contenders)));
  }
  return { goals: [], tables };
};

const aDatabase = async (server: PostgresServer, name: string): Promise<string> => {
  const client = new Client({ connectionString: server.url() });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return server.url(name);
};

/** The connections are shared out among the servers. */
const together = (
  { generator }: Runner,
  { name, servers }: Cluster,
  templates: readonly RequestTemplate[],
): Contender => ({
  name,
  async measure(seconds) {
    const connections = CONNECTIONS / servers.length;
    const results = await Promise.all(
      servers.map(({ url }) => generator.run({ url, connections, seconds, templates })),
    );
    for (const { process } of servers) process.emptyLog();
    return {
      perSecond: results.reduce((sum, { requests, seconds: took }) => sum + requests / took, 0),
      p99Ms: Math.max(...results.map(({ p99Ms }) => p99Ms)),
    };
  },
});
