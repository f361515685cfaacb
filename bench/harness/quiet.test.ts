import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CpuTimes } from './machine.ts';
import { cpuTimes } from './machine.ts';
import { otherShare, whenQuiet } from './quiet.ts';

const times = (everyone: number, own: number, stolen = 0): CpuTimes => ({ everyone, own, stolen });

describe('otherShare', () => {
  it('is what neither this process nor its children used, with what other machines took', () => {
    assert.equal(otherShare(times(1_000, 500), times(3_000, 2_000), 5_000), 0.1);
    assert.equal(otherShare(times(1_000, 500, 100), times(3_000, 2_500, 600), 5_000), 0.1);
  });

  it('is 0 where the counters of the kernel were rounded in our favour', () => {
    assert.equal(otherShare(times(0, 0), times(900, 1_000), 5_000), 0);
  });
});

describe('cpuTimes', () => {
  it('counts the work of this process as its own', { skip: process.platform !== 'linux' && 'no /proc' }, () => {
    const before = cpuTimes();
    const used = process.cpuUsage();
    while (process.cpuUsage(used).user < 100_000);
    const after = cpuTimes();
    assert.ok(before !== undefined && after !== undefined);
    assert.ok(after.own - before.own >= 80_000);
    assert.ok(after.everyone - before.everyone >= 80_000);
  });
});

describe('whenQuiet', () => {
  /** Runs of one second, in each of which other work took this share of a core. */
  const runs = async (shares: readonly number[]) => {
    let nth = 0;
    let [at, others] = [0, 0];
    const clock = { cpu: () => times(others, 0), micros: () => at };
    const logged: string[] = [];
    const measure = async () => {
      at += 1e6;
      others += (shares[nth] ?? 0) * 1e6;
      nth += 1;
      return { goals: [], tables: [], notes: [`run ${nth}`] };
    };
    const { notes } = await whenQuiet(measure, (message) => logged.push(message), clock);
    return { notes, logged };
  };

  it('takes the first run of a quiet machine as it is', async () => {
    assert.deepEqual(await runs([0.02]), { notes: ['run 1'], logged: [] });
  });

  it('repeats a disturbed run, and says so', async () => {
    assert.deepEqual(await runs([0.4, 0.01]), {
      notes: ['run 2', 'Other work took 40 %, 1 % of a core in 2 runs; the last is shown.'],
      logged: ['not quiet: other work took 40 % of a core; repeating'],
    });
  });

  it('shows the quietest of three where none was quiet', async () => {
    const { notes, logged } = await runs([0.4, 0.1, 0.3]);
    assert.deepEqual(notes, [
      'run 2',
      '**The machine was not quiet.** Other work took 40 %, 10 %, 30 % of a core in 3 runs; the quietest is shown.',
    ]);
    assert.equal(logged.length, 3);
  });

  it('says where it cannot know', async () => {
    const clock = { cpu: () => undefined, micros: () => 0 };
    const { notes } = await whenQuiet(async () => ({ goals: [], tables: [] }), assert.fail, clock);
    assert.deepEqual(notes, ['Whether the machine was quiet is unknown: it has no `/proc`.']);
  });
});
