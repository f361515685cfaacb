import type { Fingerprint } from '../../domain/license/fingerprint.ts';
import type { LicenseId } from '../../domain/license/license-id.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';
import type { SeatKey, ValidationBuffer } from './validation-buffer.ts';

/**
 * Licenses in one unit of work. On SQLite a unit of work stops the event loop, longest where the pages of the licenses are
 * read from the disk.
 *
 * perf: 29,000 of a million licenses stop it for 8 to 20 ms at most, and for 105 to 615 ms in one unit of work.
 */
const MAX_LICENSES_AT_ONCE = 64;

type Deps = Pick<Ports, 'unitOfWork'> & { validationBuffer: ValidationBuffer; seatBuffer: ValidationBuffer<SeatKey> };

/** Stores the buffered times of validations in small units of work, between which requests are answered. */
export class RecordValidations extends UseCase<Deps> {
  /** A unit of work that fails loses its times and leaves the others in the buffer. */
  async execute(): Promise<void> {
    const { unitOfWork, validationBuffer, seatBuffer } = this.deps;
    // Those that arrive meanwhile wait for the next time.
    for (let remaining = validationBuffer.size; remaining > 0; remaining -= MAX_LICENSES_AT_ONCE) {
      const bySecond = validationBuffer.take(MAX_LICENSES_AT_ONCE);
      await unitOfWork.run(({ licenses }) => licenses.touchLastValidated(bySecond));
    }
    for (let remaining = seatBuffer.size; remaining > 0; remaining -= MAX_LICENSES_AT_ONCE) {
      const bySecond = seatBuffer.take(MAX_LICENSES_AT_ONCE);
      const seats = new Map([...bySecond].map(([at, keys]) => [at, keys.map(seatOf)]));
      await unitOfWork.run(({ activations }) => activations.touchLastSeen(seats));
    }
  }
}

const seatOf = (key: SeatKey) => {
  const [licenseId, fingerprint] = key.split(' ') as [LicenseId, Fingerprint];
  return { licenseId, fingerprint };
};
