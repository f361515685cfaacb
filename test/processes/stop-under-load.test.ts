import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { Workplace } from './guildhall-process.ts';
import { heldPauses } from './held-up.ts';
import { Load } from './load.ts';

describe('a service that receives a stop signal while it is busy', { timeout: 600_000 }, () => {
  for (const WORKERS of ['1', '2']) {
    it(`with WORKERS=${WORKERS} fails not one request that was sent to it, and ends with 0`, async () => {
      await using workplace = new Workplace();
      for (let round = 0; round < 3; round += 1) {
        const service = workplace.serve({ settings: { WORKERS } });
        const load = new Load(await service.address(), { keeping: 24, changing: 0 });
        await load.reaches(300);
        service.signal('SIGTERM');
        const { code, signal, err } = await service.end();
        load.stop();
        const { failures, refused } = await load.result();
        assert.deepEqual([failures, code, signal, err], [[], 0, null, '']);
        assert.ok(refused > 0, 'the clients stopped before the service did');
      }
    });
  }

  it('reports it at /_ready, ends each connection with its answer, and accepts none after SHUTDOWN_DELAY', async () => {
    await using workplace = new Workplace();
    const { preload, release } = heldPauses(workplace.folder, 240_000);
    const service = workplace.serve({ settings: { SHUTDOWN_DELAY: '4m' }, preload });
    const address = await service.address();
    const { hostname, port } = new URL(address);
    const kept = connect(Number(port), hostname);
    kept.write('GET /_health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(kept, 'data');
    service.signal('SIGTERM');
    await service.says(/stopping/);
    const readiness = await fetch(`${address}/_ready`);
    const { code, errors } = (await readiness.json()) as { code: string; errors: string[] };
    assert.deepEqual([readiness.status, code, errors], [503, 'service.not-ready', ['The server is stopping.']]);
    // Traffic still comes in the meantime, and is served as ever.
    assert.equal((await fetch(`${address}/_health`)).status, 200);
    release();
    for (let answer = ''; !answer.includes('\r\nconnection: close\r\n'); ) {
      kept.write('GET /_health HTTP/1.1\r\nHost: localhost\r\n\r\n');
      answer = String((await once(kept, 'data'))[0]).toLowerCase();
      assert.match(answer, /^http\/1\.1 200 ok\r\n/);
    }
    await once(kept, 'close');
    const [error] = (await once(connect(Number(port), hostname), 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED');
    assert.equal((await service.end()).code, 0);
  });
});
