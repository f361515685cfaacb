import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { PortError } from '../../src/ports/port-error.ts';
import type { UnitOfWork } from '../../src/ports/unit-of-work.ts';
import { join, profileStatus } from './people.ts';
import { startTestApp } from './test-app.ts';

describe('a session, while the store can be read and not written,', () => {
  it('continues, and the log reports it once a minute', async () => {
    let isFull = false;
    let touches = 0;
    const lines: string[] = [];
    await using app = await startTestApp(
      { LOG_LEVEL: 'warn', LOG_FORMAT: 'json' },
      (container) => {
        const real = container.resolve(Ports.unitOfWork);
        const run: UnitOfWork['run'] = (work) => {
          if (!isFull) return real.run(work);
          touches += 1;
          return Promise.reject(new PortError('store.unavailable', 'The disk gave out'));
        };
        container.register(Ports.unitOfWork, { useValue: { run } });
      },
      { logSink: { write: (line: string) => lines.push(line) } },
    );
    const { session } = await join(app);
    const warnings = () => lines.filter((line) => line.includes('failed to update session'));
    app.clock.advance(3_600_000);
    isFull = true;
    for (let nth = 0; nth < 5; nth += 1) {
      const answer = await app.call('GET', '/profile', { session });
      assert.deepEqual([answer.status, answer.json().email], [200, 'ada@example.com']);
    }
    assert.deepEqual([touches, warnings().length], [1, 1]);
    app.clock.advance(60_000);
    assert.equal(await profileStatus(app, session), 200);
    assert.deepEqual([touches, warnings().length], [2, 2]);
    isFull = false;
    app.clock.advance(60_000);
    await app.call('GET', '/profile', { session });
    const [seen] = (await app.call('GET', '/sessions', { session })).json();
    assert.equal(seen.last_seen_at, app.clock.now().replace(/\.\d+Z$/, 'Z'));
  });
});
