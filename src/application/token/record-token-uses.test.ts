import assert from 'node:assert/strict';
import { it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { ApiTokenId } from '../../domain/access/api-token.ts';
import type { TokenUse } from '../../ports/api-token-repository.ts';
import type { Stores, UnitOfWork } from '../../ports/unit-of-work.ts';
import { RecordTokenUses, TokenUseBuffer } from './record-token-uses.ts';

it('stores the uses of many tokens in units of work that are short', async () => {
  const tokenUses = new TokenUseBuffer();
  const ids = Array.from({ length: 130 }, (_, index) => ApiTokenId.parse(anId(index + 1)));
  for (const id of ids) tokenUses.add({ id, at: NEW_YEAR, ip: '192.0.2.7' });
  const units: (readonly TokenUse[])[] = [];
  const apiTokens = { touchLastUsed: async (uses: readonly TokenUse[]) => void units.push(uses) };
  const unitOfWork: UnitOfWork = { run: (work) => work({ apiTokens } as unknown as Stores) };
  await new RecordTokenUses({ unitOfWork, tokenUses }).execute();
  assert.deepEqual(
    units.map(({ length }) => length),
    [64, 64, 2],
  );
  assert.deepEqual(
    units.flatMap((uses) => uses.map(({ id }) => id)),
    ids,
  );
});
