import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ADA, ADMIN_KEY, type GuildhallProcess, json, Workplace } from './guildhall-process.ts';

const SAMPLES = ['alice@example.com', 'bob@example.com', 'admin@example.com'];

const PRODUCTION = { NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY };

const register = async (address: string, person: object = ADA): Promise<void> => {
  assert.equal((await fetch(`${address}/register`, json(person))).status, 201);
};

const logIn = async (address: string): Promise<number> => {
  const { email, password } = ADA;
  return (await fetch(`${address}/sessions`, json({ email, password }))).status;
};

const peopleOf = async (address: string): Promise<string[]> => {
  const answer = await fetch(`${address}/users`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  return ((await answer.json()) as { email: string }[]).map(({ email }) => email);
};

const stop = async (service: GuildhallProcess): Promise<void> => {
  service.signal('SIGTERM');
  assert.equal((await service.end()).code, 0);
};

describe('what is kept', { timeout: 600_000 }, () => {
  it('is there again after a restart, and after a kill -9', async () => {
    await using workplace = new Workplace();
    const first = workplace.serve();
    await register(await first.address());
    await stop(first);
    const second = workplace.serve();
    assert.equal(await logIn(await second.address()), 200);
    await register(await second.address(), { ...ADA, email: 'eve@example.com' });
    second.signal('SIGKILL');
    await second.end();
    const emails = [...SAMPLES, 'ada@example.com', 'eve@example.com'];
    assert.deepEqual(await peopleOf(await workplace.serve().address()), emails);
  });

  it('in memory ends with the process, and leaves no file', async () => {
    await using workplace = new Workplace();
    const settings = { DATABASE_URL: 'memory:' };
    const first = workplace.serve({ settings });
    await register(await first.address());
    await stop(first);
    const second = await workplace.serve({ settings }).address();
    assert.deepEqual(await peopleOf(second), SAMPLES);
  });
});

describe('sample users', { timeout: 600_000 }, () => {
  it('come into an empty store only', async () => {
    await using workplace = new Workplace();
    const first = workplace.serve({ settings: { SAMPLE_USERS: 'off' } });
    const address = await first.address();
    assert.deepEqual(await peopleOf(address), []);
    await register(address);
    await stop(first);
    const second = workplace.serve();
    assert.deepEqual(await peopleOf(await second.address()), ['ada@example.com']);
    assert.doesNotMatch(second.out, /sample users/);
  });

  it('replace all users with --reset', async () => {
    await using workplace = new Workplace();
    const first = workplace.serve();
    await register(await first.address());
    await stop(first);
    const second = workplace.serve({ args: ['--reset'] });
    const address = await second.address();
    assert.deepEqual(await peopleOf(address), SAMPLES);
    assert.equal(await logIn(address), 401);
    assert.match(second.out, /with 3 sample users/);
  });

  it('never replace users in production', async () => {
    await using workplace = new Workplace();
    const first = workplace.serve({ settings: PRODUCTION });
    await register(await first.address());
    await stop(first);
    const second = await workplace.serve({ settings: PRODUCTION, args: ['--reset'] }).end();
    assert.deepEqual([second.code, second.out], [2, '']);
    assert.equal(second.err, 'Guildhall cannot start:\n  - --reset is refused in production.\n');
    const command = await workplace.cli(['serve', '--reset'], { settings: PRODUCTION }).end();
    assert.deepEqual([command.code, command.err], [second.code, second.err]);
    assert.deepEqual(await peopleOf(await workplace.serve({ settings: PRODUCTION }).address()), ['ada@example.com']);
  });
});

describe('a queued email', { timeout: 600_000 }, () => {
  it('is sent after the restart where a kill -9 came before it was sent', async () => {
    await using workplace = new Workplace();
    /** @returns the address, if the email to it was not sent before the kill */
    const killBeforeSending = async (n: number): Promise<string | undefined> => {
      const first = workplace.serve();
      const address = await first.address();
      await register(address, { ...ADA, email: `early${n}@example.com` });
      await first.says(new RegExp(`To: +early${n}@`));
      await register(address, { ...ADA, email: `late${n}@example.com` });
      first.signal('SIGKILL');
      return (await first.end()).out.includes(`late${n}@`) ? undefined : `late${n}@example.com`;
    };
    // Emails are sent every half second. Just after that, there is time to queue one and be killed; on a machine that is
    // too busy for it, the next attempt succeeds.
    let last: string | undefined;
    for (let n = 1; last === undefined; n += 1) last = await killBeforeSending(n);
    const second = workplace.serve();
    await second.says(new RegExp(`To: +${last}`));
    await stop(second);
    assert.equal(second.out.split(last).length - 1, 1);
  });
});

describe('ASVS 16.5.4: an uncaught error', { timeout: 600_000 }, () => {
  const CRASHES = {
    'thrown in a timer': "setTimeout(() => { throw new Error('no one caught this') })",
    'thrown in a promise': "Promise.reject(new Error('no one caught this'))",
    'raised by a stream': "process.stderr.emit('error', new Error('no one caught this'))",
  };
  for (const [how, crash] of Object.entries(CRASHES)) {
    it(`${how} is logged, the service stops in order, and the process ends with 1`, async () => {
      await using workplace = new Workplace();
      const preload = `data:text/javascript,process.on('SIGUSR2', () => { ${crash} })`;
      const service = workplace.serve({ settings: { ...PRODUCTION, LOG_FORMAT: 'json' }, preload });
      await service.address();
      service.signal('SIGUSR2');
      const { code, out, err } = await service.end();
      const lines = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const fatal = lines.filter(({ level }) => level === 'fatal');
      assert.deepEqual([code, fatal.length, err], [1, 1, '']);
      assert.match(fatal[0].err.stack, /Error: no one caught this\n/);
      assert.equal(lines.at(-1).msg, 'stopped');
    });
  }
});

describe('a second start', { timeout: 600_000 }, () => {
  it('answers, and how soon is printed here', async (t) => {
    await using workplace = new Workplace();
    const first = workplace.serve();
    await first.address();
    await stop(first);
    const begun = performance.now();
    const answer = await fetch(await workplace.serve().address());
    t.diagnostic(`second start to first 200: ${Math.round(performance.now() - begun)} ms`);
    assert.equal(answer.status, 200);
  });
});
