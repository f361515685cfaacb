import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogger } from '../../adapters/driven/logging/logger.ts';
import { readConfig } from '../config/config.ts';
import { openStores } from '../wiring/open.ts';
import { logBackgroundFailure } from './background.ts';

/** Lines that a failure leaves in the log of a service whose database is at port 9, where no server listens. */
const linesOf = async (failure: (outage: unknown) => { error: unknown; isFirst: boolean }) => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) });
  const config = readConfig({ DATABASE_URL: 'postgres://guildhall:geheim@127.0.0.1:9/guildhall' });
  const stores = await openStores(config.store);
  const outage = await stores.unitOfWork.run(({ users }) => users.isEmpty()).catch((error) => error);
  await stores.close();
  logBackgroundFailure(logger, config, failure(outage));
  return lines.map((line) => JSON.parse(line));
};

describe('A failure of background work', () => {
  it('is reported in a message without a stack, where the store is unavailable', async () => {
    const [line, ...more] = await linesOf((error) => ({ error, isFirst: true }));
    assert.deepEqual(more, []);
    assert.deepEqual([line.level, line.msg], ['warn', 'the store is unavailable; background work will be retried']);
    assert.equal(line.why, 'The database 127.0.0.1:9/guildhall cannot be used: connection refused (ECONNREFUSED).');
    assert.doesNotMatch(JSON.stringify(line), /stack|geheim| at /);
  });

  it('is reported once while the store stays unavailable', async () => {
    assert.deepEqual(await linesOf((error) => ({ error, isFirst: false })), []);
  });

  it('is reported each time, with its stack, where it is a fault of the program', async () => {
    const [line] = await linesOf(() => ({ error: new TypeError('ours'), isFirst: false }));
    assert.deepEqual([line.level, line.msg, line.err.type], ['error', 'background work failed', 'TypeError']);
    assert.match(line.err.stack, /background[.]test/);
  });
});
