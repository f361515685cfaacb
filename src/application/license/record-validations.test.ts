import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { Fingerprint } from '../../domain/license/fingerprint.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import type { Stores, UnitOfWork } from '../../ports/unit-of-work.ts';
import { RecordValidations } from './record-validations.ts';
import { type SeatKey, ValidationBuffer } from './validation-buffer.ts';

/** Records the licenses of each unit of work; the one with the number `failing` fails. */
const recorded = (failing?: number) => {
  const units: number[] = [];
  const unitOfWork: UnitOfWork = {
    async run(work) {
      let touched = 0;
      const licenses = {
        touchLastValidated: async (times: ReadonlyMap<unknown, readonly LicenseId[]>) => {
          touched += [...times.values()].flat().length;
        },
      };
      const result = await work({ licenses } as unknown as Stores);
      if (units.push(touched) === failing) throw new Error('The store is unavailable');
      return result;
    },
  };
  const validationBuffer = new ValidationBuffer();
  for (let nth = 0; nth < 150; nth += 1) validationBuffer.add(LicenseId.parse(anId(nth)), NEW_YEAR);
  return {
    units,
    validationBuffer,
    recordValidations: new RecordValidations({ unitOfWork, validationBuffer, seatBuffer: new ValidationBuffer() }),
  };
};

describe('RecordValidations', () => {
  it('stores when each machine was last seen', async () => {
    const touched: unknown[] = [];
    const activations = { touchLastSeen: async (...call: unknown[]) => void touched.push(call) };
    const unitOfWork: UnitOfWork = { run: (work) => work({ activations } as unknown as Stores) };
    const seatBuffer = new ValidationBuffer<SeatKey>();
    const [licenseId, fingerprint] = [LicenseId.parse(anId(1)), Fingerprint.parse('machine-1')];
    seatBuffer.add(`${licenseId} ${fingerprint}`, NEW_YEAR);
    await new RecordValidations({ unitOfWork, validationBuffer: new ValidationBuffer(), seatBuffer }).execute();
    assert.deepEqual(touched, [[new Map([[NEW_YEAR, [{ licenseId, fingerprint }]]])]]);
    assert.equal(seatBuffer.size, 0);
  });

  it('stores many licenses in several units of work', async () => {
    const { units, validationBuffer, recordValidations } = recorded();
    await recordValidations.execute();
    assert.deepEqual(units, [64, 64, 22]);
    assert.equal(validationBuffer.size, 0);
    await recordValidations.execute();
    assert.equal(units.length, 3);
  });

  it('keeps what it has not tried when a unit of work fails', async () => {
    const { validationBuffer, recordValidations } = recorded(2);
    await assert.rejects(recordValidations.execute());
    assert.equal(validationBuffer.size, 22);
  });
});
