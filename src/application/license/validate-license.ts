import { Fingerprint } from '../../domain/license/fingerprint.ts';
import { LicenseKey } from '../../domain/license/license-key.ts';
import {
  isValid,
  VALIDATION_DETAILS,
  type ValidationCode,
  type ValidationSubject,
  validate,
} from '../../domain/license/license-validation.ts';
import { Product } from '../../domain/license/product.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { networkOf } from '../../domain/throttle/network.ts';
import type { ThrottlePolicy } from '../../domain/throttle/throttle-policy.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Client } from '../client.ts';
import type { DailyCountBuffer } from '../statistics/daily-count-buffer.ts';
import type { ProcessThrottle } from '../throttle/process-throttle.ts';
import { UseCase } from '../use-case.ts';
import { type LicenseView, licenseView } from './license-view.ts';
import type { SeatKey, ValidationBuffer } from './validation-buffer.ts';

export type ValidateLicenseCommand = Readonly<{
  licenseKey: string;
  fingerprint?: string | undefined;
  product?: string | undefined;
  entitlements?: readonly string[] | undefined;
  client: Client;
}>;

export type ValidationAnswer = Readonly<{
  valid: boolean;
  code: ValidationCode;
  detail: string;
  at: Instant;
  license: LicenseView | null;
}>;

type Deps = Pick<Ports, 'licenseQueries' | 'clock'> & {
  validationBuffer: ValidationBuffer;
  dailyCountBuffer: DailyCountBuffer;
  seatBuffer: ValidationBuffer<SeatKey>;
  processThrottle: ProcessThrottle;
  validationsPerMinute: number;
};

/** Validates a license key for an application. One look-up and no write. */
export class ValidateLicense extends UseCase<Deps> {
  readonly #policy: ThrottlePolicy = { name: 'validate-ip', limit: this.deps.validationsPerMinute, windowMs: 60_000 };

  /** @throws {ThrottleExceeded} throttle.exceeded. Every other negative result is an answer. */
  async execute({ licenseKey, fingerprint, product, entitlements, client }: ValidateLicenseCommand) {
    const { licenseQueries, validationBuffer, seatBuffer, processThrottle, clock } = this.deps;
    const at = clock.now();
    processThrottle.count({ policy: this.#policy, subject: networkOf(client.ip) }, at, client);
    const requirements = {
      fingerprint,
      entitlements,
      product: product === undefined ? undefined : Product.normalize(product),
    };
    const key = LicenseKey.tryParse(licenseKey);
    if (key === undefined) return this.#counted(answer('malformed', requirements, at));

    // An invalid fingerprint has no seat.
    const machine = fingerprint === undefined ? undefined : Fingerprint.tryParse(fingerprint);
    const found = await licenseQueries.findByKey(key, machine);
    if (found === undefined) return this.#counted(answer('unknown', requirements, at));
    validationBuffer.add(found.license.id, at);
    if (found.isActivated && machine !== undefined) seatBuffer.add(`${found.license.id} ${machine}`, at);
    return { ...this.#counted(answer(found, requirements, at)), license: licenseView(found.license, at) };
  }

  #counted(given: ValidationAnswer): ValidationAnswer {
    this.deps.dailyCountBuffer.add(`validation.${given.code}`, given.at);
    return given;
  }
}

const answer = (
  subject: ValidationSubject,
  requirements: Parameters<typeof validate>[1],
  at: Instant,
): ValidationAnswer => {
  const code = validate(subject, requirements, at);
  return { valid: isValid(code), code, detail: VALIDATION_DETAILS[code], at, license: null };
};
