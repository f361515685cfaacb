import { PortError } from '../../ports/port-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Sealer } from '../../ports/sealer.ts';
import { UseCase } from '../use-case.ts';

export type SealingState = Readonly<{
  /** Id of the key that seals; `undefined`: there is none, or it cannot be read. */
  keyId: string | undefined;
  /** Number of sealed values that no configured key opens. */
  unopened: number;
}>;

/** Compares the sealing keys with the values in the store. Runs at the start. */
export class CheckSealingKey extends UseCase<Pick<Ports, 'sealer' | 'unitOfWork'>> {
  /** Records the key in the store where the configured ones open every value. */
  async execute(): Promise<SealingState> {
    const { current: keyId, known } = keyIdsOf(this.deps.sealer);
    return this.deps.unitOfWork.run(async ({ sealedValues }) => {
      const unopened = await sealedValues.countOthers(known);
      const isNew = unopened === 0 && keyId !== undefined && (await sealedValues.recordedKeyId()) !== keyId;
      if (isNew) await sealedValues.recordKeyId(keyId);
      return { keyId, unopened };
    });
  }
}

const keyIdsOf = (sealer: Sealer): ReturnType<Sealer['keyIds']> => {
  try {
    return sealer.keyIds();
  } catch (error) {
    if (!(error instanceof PortError && error.code === 'sealing.unavailable')) throw error;
    return { current: undefined, known: [] };
  }
};
