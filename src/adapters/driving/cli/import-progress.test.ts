import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { barProgress, lineProgress } from './import-progress.ts';

/** As much of a terminal as a bar needs. */
const aTerminal = () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  return stream as unknown as NodeJS.WriteStream & { read(): Buffer | null };
};

describe('the progress of an import', () => {
  it('is a bar on a terminal, redrawn in place and removed at the end', async ({ mock }) => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    const terminal = aTerminal();
    const progress = await barProgress(terminal, 4);
    progress.step('Ada <ada@example.com>');
    progress.step('Grace <grace@example.com>');
    mock.timers.tick(1_000);
    const drawn = String(terminal.read());
    assert.match(drawn, /█{15}░{15} 2\/4 {2}Grace <grace@example\.com>/);
    assert.doesNotMatch(drawn, /\n/);
    assert.ok(!drawn.includes('\u001b[?25l'), 'the cursor stays');
    progress.stop();
    assert.ok(String(terminal.read()).includes('\u001b[2K'));
  });

  it('is a line a person in a pipe', () => {
    const lines: string[] = [];
    const progress = lineProgress((line) => lines.push(line), 2);
    progress.step('Ada');
    progress.step('skipped Grace');
    progress.stop();
    assert.deepEqual(lines, ['1/2 Ada\n', '2/2 skipped Grace\n']);
  });
});
