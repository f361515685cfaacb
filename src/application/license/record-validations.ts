import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';
import type { ValidationBuffer } from './validation-buffer.ts';

/** Stores the buffered times of validations in one unit of work. */
export class RecordValidations extends UseCase<Pick<Ports, 'unitOfWork'> & { validationBuffer: ValidationBuffer }> {
  async execute(): Promise<void> {
    const bySecond = this.deps.validationBuffer.take();
    if (bySecond.size === 0) return;
    await this.deps.unitOfWork.run(async ({ licenses }) => {
      for (const [at, ids] of bySecond) await licenses.touchLastValidated(ids, at);
    });
  }
}
