import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { warmUpHiddenClasses } from './v8.ts';

const MODULE = JSON.stringify(import.meta.resolve('./v8.ts'));

const run = async (code: string): Promise<string> => {
  const program = `const { collectGarbageAfterStartup } = await import(${MODULE});\n${code}`;
  return (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])).stdout.trim();
};

/** A megabyte a hundred times: what a start leaves behind. */
const LITTER = `
  let kept = Array.from({ length: 100 }, () => new Array(131072).fill(0));
  kept = undefined;
  const before = process.memoryUsage().heapTotal;`;

describe('collectGarbageAfterStartup', () => {
  it('frees memory once the process is idle', async () => {
    const gone = await run(`${LITTER}
      collectGarbageAfterStartup();
      // Ends after ten minutes, so that a failure does not block the test run.
      setTimeout(() => process.exit(), 600_000).unref();
      const look = setInterval(() => {
        const less = before - process.memoryUsage().heapTotal;
        if (less < 50_000_000) return;
        console.log('freed');
        clearInterval(look);
      }, 100);`);
    assert.equal(gone, 'freed');
  });

  it('waits while there is work, and can be cancelled', async () => {
    const said = await run(`
      let isBusy = true;
      let work = () => { const end = performance.now() + 50; while (performance.now() < end); if (isBusy) setImmediate(work); };
      work();
      const giveUp = collectGarbageAfterStartup(() => console.log('never'));
      collectGarbageAfterStartup(() => { console.log(isBusy ? 'in the way' : 'later'); process.exit(); });
      setTimeout(() => { isBusy = false; giveUp(); setInterval(() => {}, 1000); }, 2500);`);
    assert.equal(said, 'later');
  });
});

it('warmUpHiddenClasses keeps an object as nextTick creates them', async () => {
  const tick = await warmUpHiddenClasses();
  // Where Node makes them of something else, there is nothing to keep any more.
  assert.deepEqual(Object.keys(tick), ['callback', 'args']);
});
