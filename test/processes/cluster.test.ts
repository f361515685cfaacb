import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADA, type GuildhallProcess, json, Workplace } from './guildhall-process.ts';
import { HELD_PASSWORD, heldHashes, heldPauses } from './held-up.ts';
import { rollUnderLoad } from './rolling-restart.ts';

const TWO = { WORKERS: '2', LOG_FORMAT: 'json' };

/** The workers that served so far, oldest first. */
const workersOf = ({ out }: GuildhallProcess): { worker: number; worker_pid: number }[] =>
  out
    .split('\n')
    .filter((line) => line.includes('worker is ready'))
    .map((line) => JSON.parse(line));

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const stop = async (service: GuildhallProcess): Promise<void> => {
  service.signal('SIGTERM');
  const { code, err } = await service.end();
  assert.deepEqual([code, err], [0, '']);
};

/** The line with the time a worker started at; `undefined` where its metrics are absent. */
const startOf = (worker: string, metrics: string): string | undefined =>
  new RegExp(`^process_start_time_seconds\\{worker="${worker}"\\} .*$`, 'm').exec(metrics)?.[0];

/** Scrapes again where a worker was too busy to answer in time. */
const scrapeUntil = async (address: string, isThere: (metrics: string) => boolean): Promise<string> => {
  for (let attempts = 0; attempts < 100; attempts += 1) {
    const metrics = await (await fetch(`${address}/metrics`, { headers: { connection: 'close' } })).text();
    if (isThere(metrics)) return metrics;
    await sleep(20);
  }
  return assert.fail('not in the metrics of a hundred scrapes');
};

describe('WORKERS=2', { timeout: 600_000 }, () => {
  it('serves from two processes with one banner and the metrics of both, and all end with the primary', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: { WORKERS: '2' } });
    const address = await service.address();
    for (let nth = 0; nth < 4; nth += 1) await fetch(address, { headers: { connection: 'close' } });
    const metrics = await scrapeUntil(
      address,
      (metrics) => startOf('1', metrics) !== undefined && startOf('2', metrics) !== undefined,
    );
    for (const worker of ['1', '2']) {
      assert.ok(
        metrics.includes(
          `http_request_duration_seconds_count{method="GET",route="/",status="200",worker="${worker}"} 2\n`,
        ),
      );
    }
    assert.equal(metrics.match(/^# TYPE http_request_duration_seconds /gm)?.length, 1);
    assert.equal(service.out.match(/Guildhall runs in development mode/g)?.length, 1);
    assert.equal(service.out.match(/store migrated/g)?.length, 1);
    await stop(service);
  });

  it('loads what metrics need again at the next scrape, where a process had no file descriptors left', async () => {
    await using workplace = new Workplace();
    // The first load fails in the primary, and in the worker that another one asks through it.
    const code = `
      import { registerHooks } from 'node:module';
      let mustFail = process.env.GUILDHALL_WORKER === undefined;
      process.on('message', ({ kind }) => {
        if (kind === 'get-metrics') mustFail = true;
      });
      registerHooks({
        resolve(specifier, context, next) {
          if (specifier !== 'prom-client' || !mustFail) return next(specifier, context);
          mustFail = false;
          throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
        },
      });`;
    const service = workplace.serve({ settings: TWO, preload: `data:text/javascript,${encodeURIComponent(code)}` });
    const address = await service.address();
    const scrape = async () => (await fetch(`${address}/metrics`, { headers: { connection: 'close' } })).text();
    assert.equal(await scrape(), '');
    await service.says(/failed to merge the metrics of the workers/);
    await service.says(/failed to read the metrics of a worker/);
    const metrics = await scrape();
    for (const worker of ['1', '2']) assert.ok(metrics.includes(`worker="${worker}"`), `without those of ${worker}`);
    assert.equal(workersOf(service).length, 2);
    assert.equal(workersOf(service).length, 2);
    await stop(service);
  });

  it('has the metrics of both until they end', async () => {
    await using workplace = new Workplace();
    const { preload, release } = heldPauses(workplace.folder, 240_000);
    const service = workplace.serve({ settings: { ...TWO, SHUTDOWN_DELAY: '4m' }, preload });
    const address = await service.address();
    service.signal('SIGTERM');
    while ((await fetch(`${address}/_ready`, { headers: { connection: 'close' } })).status !== 503);
    await scrapeUntil(address, (metrics) => ['1', '2'].every((worker) => startOf(worker, metrics) !== undefined));
    release();
    const { code, err } = await service.end();
    assert.deepEqual([code, err], [0, '']);
  });

  it('has the metrics of the former worker while it is replaced, once under its id', async () => {
    await using workplace = new Workplace();
    const { preload, release } = heldHashes(workplace.folder);
    const service = workplace.serve({ settings: { ...TWO, THROTTLE: 'off' }, preload });
    const address = await service.address();
    const pids = () => workersOf(service).map(({ worker_pid }) => worker_pid);
    const logIns = Array.from({ length: 8 }, () =>
      fetch(`${address}/sessions`, json({ email: ADA.email, password: HELD_PASSWORD })),
    );
    for (const answer of logIns) answer.catch(() => {});
    const busy = await scrapeUntil(address, (metrics) => /password_hashing_active\{worker="1"\} [1-9]/.test(metrics));
    const started = startOf('1', busy) ?? assert.fail('no time of its start');
    service.signal('SIGHUP');
    while (pids().length < 3) await sleep(20);
    await scrapeUntil(address, (metrics) => startOf('1', metrics) === started);
    release();
    await Promise.all(logIns);
    await service.says(/all workers replaced/);
    await stop(service);
  });

  it('respawns a worker that died, and serves meanwhile', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: TWO });
    const address = await service.address();
    const [first] = workersOf(service);
    process.kill(first?.worker_pid ?? 0, 'SIGKILL');
    await service.says(/worker died/);
    assert.equal((await fetch(address)).status, 200);
    while (workersOf(service).length < 3) await sleep(20);
    assert.equal(workersOf(service)[2]?.worker, first?.worker);
    await stop(service);
    for (const { worker_pid } of workersOf(service)) assert.equal(isAlive(worker_pid), false);
  });

  it('fails not one request while SIGHUP replaces the workers one by one', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: TWO });
    const { answered, refused, failures } = await rollUnderLoad(service, { requests: 3_000, leastRolls: 2 });
    assert.deepEqual([failures, refused], [[], 0]);
    assert.ok(answered >= 3_000);
    const places = workersOf(service).map(({ worker }) => worker);
    assert.deepEqual(places.slice(0, 6), [1, 2, 1, 2, 1, 2]);
    await stop(service);
  });

  it('keeps the old workers where new ones cannot start', async () => {
    await using workplace = new Workplace();
    const key = join(workplace.folder, 'key');
    writeFileSync(key, 'k'.repeat(32));
    const service = workplace.serve({ settings: { ...TWO, ADMIN_API_KEY_FILE: key } });
    const address = await service.address();
    writeFileSync(key, 'too short');
    service.signal('SIGHUP');
    await service.says(/new worker failed to start; the old workers continue/);
    assert.equal((await fetch(address)).status, 200);
    assert.equal(workersOf(service).length, 2);
    service.signal('SIGTERM');
    const { code, err } = await service.end();
    assert.equal(code, 0);
    assert.match(err, /^(Guildhall cannot start:\n {2}- ADMIN_API_KEY must be .*\n)+$/);
  });

  it('fails where no worker serves and new ones die at their start', async () => {
    await using workplace = new Workplace();
    const broken = join(workplace.folder, 'broken');
    const preload = `data:text/javascript,import{existsSync}from'node:fs';import c from'node:cluster';
      if(c.isWorker&&existsSync(${JSON.stringify(broken)}))process.exit(7)`;
    const service = workplace.serve({ settings: TWO, preload });
    await service.address();
    writeFileSync(broken, '');
    assert.ok(existsSync(broken));
    for (const { worker_pid } of workersOf(service)) process.kill(worker_pid, 'SIGKILL');
    const { code, err } = await service.end();
    const sentence = 'Its workers repeatedly ended while they started.';
    assert.deepEqual([code, err], [1, `Guildhall cannot start:\n  - ${sentence}\n`]);
  });

  it('reports a fault of the settings, the store or the port once', async (t) => {
    await using workplace = new Workplace();
    const other = createServer();
    t.after(() => other.close());
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    writeFileSync(join(workplace.folder, 'file'), 'Dear diary, today is a quiet day. '.repeat(100));
    const faults: [settings: Record<string, string>, code: number, sentence: string][] = [
      [{ PORT: 'eighty' }, 2, 'PORT must be a whole number from 0 to 65535.'],
      [{ DATABASE_URL: 'file:file' }, 1, 'The store file cannot be used: the file is no SQLite database.'],
      [{ PORT: String(port) }, 1, `Something listens on 127.0.0.1:${port} already; set PORT to another.`],
    ];
    for (const [settings, expected, sentence] of faults) {
      const { code, err } = await workplace.serve({ settings: { ...TWO, ...settings } }).end();
      assert.deepEqual([code, err], [expected, `Guildhall cannot start:\n  - ${sentence}\n`]);
    }
  });

  it('empties the store once at --reset, not for each worker', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: TWO, args: ['--reset'] });
    const address = await service.address();
    const people = async () => ((await (await fetch(`${address}/users`)).json()) as { email: string }[]).length;
    assert.equal(await people(), 3);
    await fetch(`${address}/users`, {
      method: 'POST',
      body: new URLSearchParams({ email: 'ada@example.com', password: 'correct horse battery' }),
    });
    service.signal('SIGHUP');
    await service.says(/all workers replaced/);
    assert.equal(await people(), 4);
    await stop(service);
  });

  it('ends with 0 when it receives a stop signal during its start', async () => {
    await using workplace = new Workplace();
    const service = workplace.serve({ settings: TWO });
    await service.says(/store migrated/);
    service.signal('SIGTERM');
    assert.equal((await service.end()).code, 0);
  });
});
