import type { Caller } from '../../domain/access/caller.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { SEALED_COLUMNS, type SealedColumn } from '../../ports/sealer.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';

/** Values of one unit of work: other writers wait for it. */
const BATCH_SIZE = 200;

type Deps = Pick<Ports, 'sealer' | 'unitOfWork' | 'clock' | 'idGenerator'>;
type Input = Readonly<{ caller: Caller; client: Client }>;
type Batch = Readonly<{ column: SealedColumn; keyId: string; afterRowId: string | undefined }>;

/** Seals every value again that another key than the current one has sealed. */
export class ResealValues extends UseCase<Deps> {
  /**
   * @returns the id of the current key, the number of values sealed again, and of those that no configured key opens
   * @throws {DomainError} access.forbidden
   * @throws {PortError} sealing.unavailable: there is no current key
   */
  async execute(input: Input): Promise<Readonly<{ keyId: string; resealed: number; unopened: number }>> {
    input.caller.requireSystem();
    const { sealer, unitOfWork } = this.deps;
    const { current, known } = sealer.keyIds();
    if (current === undefined) {
      const message = 'There is no key to encrypt with: set SEALING_KEY or LICENSE_KEY_SECRET.';
      throw new PortError('sealing.unavailable', message, { messages: [message] });
    }
    let resealed = 0;
    for (const keyId of known.filter((id) => id !== current)) {
      for (const column of SEALED_COLUMNS) resealed += await this.#resealColumn(input, column, keyId);
    }
    const unopened = await unitOfWork.run(async ({ sealedValues }) => {
      const others = await sealedValues.countOthers([current]);
      if (others === 0) await sealedValues.recordKeyId(current);
      return others;
    });
    return { keyId: current, resealed, unopened };
  }

  async #resealColumn(input: Input, column: SealedColumn, keyId: string): Promise<number> {
    let resealed = 0;
    let afterRowId: string | undefined;
    do {
      const batch = await this.#resealBatch(input, { column, keyId, afterRowId });
      resealed += batch.resealed;
      afterRowId = batch.next;
    } while (afterRowId !== undefined);
    return resealed;
  }

  #resealBatch({ caller, client }: Input, { column, keyId, afterRowId }: Batch) {
    const { sealer, unitOfWork, clock } = this.deps;
    return unitOfWork.run(async (stores) => {
      const values = await stores.sealedValues.list({ column, keyId, afterRowId, limit: BATCH_SIZE });
      let resealed = 0;
      for (const { rowId, sealed } of values) {
        const place = { ...column, rowId };
        try {
          await stores.sealedValues.replace(place, sealer.seal(sealer.open(sealed, place), place));
          resealed += 1;
        } catch (error) {
          // A damaged value stays, and is counted in the end.
          if (!(error instanceof PortError && error.code === 'sealing.unavailable')) throw error;
        }
      }
      if (resealed > 0) {
        await recordAudit(this.deps, stores, {
          caller,
          client,
          action: 'keys.resealed',
          subject: { kind: 'store' },
          changes: [{ field: 'values', after: resealed }],
          at: clock.now(),
        });
      }
      return { resealed, next: values.length < BATCH_SIZE ? undefined : values.at(-1)?.rowId };
    });
  }
}
