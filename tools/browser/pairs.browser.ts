import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { type Connection, DeveloperPair } from '../../src/domain/developer-pair/developer-pair.ts';
import { PairCheck } from '../../src/domain/developer-pair/pair-check.ts';
import { PairCheckId } from '../../src/domain/developer-pair/pair-check-id.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { useSite } from './harness.ts';

/** Days ago and the organisations that were found. */
const CHECKS: [number, string[]][] = [
  [29, []],
  [27, []],
  [25, ['dunlin-labs']],
  [22, ['dunlin-labs']],
  [18, ['dunlin-labs', 'openmoor']],
  [15, []],
  [14, []],
  [11, ['openmoor']],
  [7, ['dunlin-labs', 'openmoor']],
  [0.1, ['dunlin-labs', 'openmoor']],
];

describe('The pages of pairs', () => {
  const suite = useSite(async (site) => {
    await site.join('ines@example.com', { name: 'Ines Marlowe', role: 'admin' });
    const ports = {
      unitOfWork: site.container.resolve(Ports.unitOfWork),
      ids: site.container.resolve(Ports.idGenerator),
    };
    const now = site.container.resolve(Ports.clock).now();
    const pair = DeveloperPair.parse(['adafern', 'mtorvik']);
    await ports.unitOfWork.run(async ({ pairHistory }) => {
      for (const [days, organisations] of CHECKS) {
        const id = PairCheckId.parse(ports.ids.next());
        const at = Instant.plusMs(now, -days * 86_400_000);
        const connection: Connection =
          organisations.length > 0 ? { connected: true, organisations } : { connected: false, missing: ['follows'] };
        await pairHistory.add(PairCheck.record({ id, pair, connection, at }));
      }
    });
  });

  for (const script of [true, false]) {
    it(`show staff a history and check a pair, ${script ? 'with' : 'without'} script`, async () => {
      const visit = await suite.visit({ script });
      const { page } = visit;
      await visit.logIn('ines@example.com');
      await visit.open('/console/pairs');
      await visit.look('pairs');
      await page.getByLabel('One developer').fill('mtorvik');
      await page.getByLabel('The other').fill('adafern');
      await page.getByRole('button', { name: 'Show pair' }).click();
      assert.equal(new URL(page.url()).pathname, '/console/pairs/mtorvik/adafern');
      assert.match((await page.getByRole('img').getAttribute('aria-labelledby')) ?? '', /history-chart/);
      await visit.look('pair');
      await page.getByRole('button', { name: 'Check now' }).click();
      assert.match(await page.getByRole('alert').innerText(), /Twitter|GitHub/);
      await visit.look('pair-no-result');
      await visit.end();
    });
  }
});
