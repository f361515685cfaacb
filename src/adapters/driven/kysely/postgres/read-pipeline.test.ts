import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, it, mock } from 'node:test';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { aKey } from '../../../../../test/builders/license-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { connected } from '../../../../../test/postgres/connected.ts';
import { aPostgresDatabase } from '../../../../../test/postgres/shared-postgres.ts';
import { openPostgresStore } from './open-postgres-store.ts';
import { postgresAddressFrom } from './postgres-url.ts';
import { PipelinedReads } from './read-pipeline.ts';

/** Stores whose reads go through a pipeline, with one user in them, and another connection to the database. */
const pipelinedStores = async () => {
  const database = await aPostgresDatabase();
  const other = await connected(database.url);
  const stores = overDatabase(openPostgresStore(postgresAddressFrom(database.url), { size: 4 }));
  await stores.unitOfWork.run(({ users }) => users.save(aUser()));
  const list = async () => (await stores.userQueries.list({ limit: 10 })).length;
  const backends = async (): Promise<number[]> => {
    const { rows } = await other.query(
      "select pid from pg_stat_activity where datname = current_database() and application_name = 'guildhall'",
    );
    return rows.map(({ pid }) => pid);
  };
  // The first reads take a connection of the pool and open the pipeline, which then takes all.
  const pipelined = mock.method(PipelinedReads.prototype, 'read');
  for (;;) {
    await list();
    if (pipelined.mock.calls.at(-1)?.result !== undefined) break;
    await wait(10);
  }
  pipelined.mock.restore();
  return {
    stores,
    other,
    list,
    backends,
    async [Symbol.asyncDispose]() {
      await stores[Symbol.asyncDispose]();
      await other.end();
      await database[Symbol.asyncDispose]();
    },
  };
};

describe('Pipelined reads', { timeout: 300_000 }, () => {
  it('give each reader its own rows', async () => {
    await using open = await pipelinedStores();
    const { stores, list } = open;
    const reads = Array.from({ length: 200 }, (_, nth) =>
      nth % 2 === 0
        ? list()
        : stores.licenseQueries.findByKey(aKey(), undefined).then((found) => (found === undefined ? 0 : 9)),
    );
    assert.deepEqual(
      await Promise.all(reads),
      reads.map((_, nth) => (nth % 2 === 0 ? 1 : 0)),
    );
  });

  it('see what another process has committed a moment ago', async () => {
    await using open = await pipelinedStores();
    const { other, list } = open;
    assert.equal(await list(), 1);
    await other.query('delete from users');
    assert.equal(await list(), 0);
  });

  it('do not wait for a statement that waits for a lock', async () => {
    await using open = await pipelinedStores();
    const { stores, other, list } = open;
    await other.query('begin; lock table licenses in access exclusive mode');
    const stuck = stores.licenseQueries.findByKey(aKey(), undefined);
    let isStuck = true;
    const ended = stuck.then(
      () => assert.fail('It read a locked table'),
      (error) => {
        isStuck = false;
        assert.equal(error.code, 'store.unavailable');
      },
    );
    assert.deepEqual(await Promise.all([list(), list(), list()]), [1, 1, 1]);
    assert.equal(isStuck, true);
    await ended;
    await other.query('rollback');
    assert.equal(await stores.licenseQueries.findByKey(aKey(), undefined), undefined);
    assert.equal(await list(), 1);
  });

  it('go on after all connections were cut', async () => {
    await using open = await pipelinedStores();
    const { other, list, backends } = open;
    const cut = await backends();
    await other.query('select pg_terminate_backend(pid) from unnest($1::int[]) pid', [cut]);
    // A connection that was just being opened may follow, and stays.
    while ((await backends()).some((pid) => cut.includes(pid))) await wait(10);
    // The connections are closed; this process reads that within the next ticks.
    while ((await list().catch(() => 0)) !== 1) await wait(10);
    assert.deepEqual(await Promise.all([list(), list()]), [1, 1]);
  });

  it('report an error of the statement', async () => {
    await using open = await pipelinedStores();
    const { stores, list } = open;
    const untold = stores.sessionQueries.findByToken(`no text${String.fromCharCode(0)}` as never);
    const [rejected, ...others] = await Promise.allSettled([untold, list(), list()]);
    assert.equal(rejected?.status, 'rejected');
    assert.deepEqual(
      others.map((each) => each.status === 'fulfilled' && each.value),
      [1, 1],
    );
  });
});

type Answer = (error: Error | null, result?: { rows: unknown[] }) => void;

/** A connection that records what is sent, and answers when the test says so. */
const aConnection = () => {
  const sent: string[] = [];
  const answers: Answer[] = [];
  const client = Object.assign(new EventEmitter(), {
    connection: { stream: { cork: () => sent.push('cork'), uncork: () => sent.push('uncork'), destroy() {} } },
    query({ text }: { text: string }, answer: Answer) {
      sent.push(text);
      answers.push(answer);
    },
    async end() {},
  });
  return { client, sent, answers };
};

describe('A pipeline', () => {
  it('sends the reads of a tick together, before the first is answered', async () => {
    const { client, sent, answers } = aConnection();
    const reads = new PipelinedReads(async () => client as never);
    assert.equal(reads.read('select 0', [], undefined), undefined, 'it is not open yet');
    await nextTurn();
    const results = ['select 1', 'select 2'].map((sql) => reads.read(sql, [], undefined));
    await nextTurn();
    assert.deepEqual(sent, ['cork', 'select 1', 'select 2', 'uncork']);
    answers.forEach((answer, nth) => void answer(null, { rows: [nth] }));
    assert.deepEqual(await Promise.all(results), [[0], [1]]);
    await reads.close();
  });

  it('leaves what it has sent to other connections when its own breaks, and is opened again later', async () => {
    const { client } = aConnection();
    let opened = 0;
    const reads = new PipelinedReads(async () => {
      opened += 1;
      return client as never;
    });
    assert.equal(reads.read('select 0', [], undefined), undefined);
    await nextTurn();
    const sent = [reads.read('select 1', [], undefined), reads.read('select 2', [], undefined)];
    client.emit('error', new Error('cut'));
    assert.deepEqual(await Promise.all(sent), [undefined, undefined]);
    assert.equal(reads.read('select 1', [], undefined), undefined);
    assert.equal(opened, 1);
    await reads.close();
  });

  it('is not opened behind a pooler', async () => {
    let opened = 0;
    const reads = new PipelinedReads(async () => {
      opened += 1;
      return undefined;
    });
    for (let n = 0; n < 3; n += 1) {
      assert.equal(reads.read('select 1', [], undefined), undefined);
      await nextTurn();
    }
    assert.equal(opened, 1);
  });
});
