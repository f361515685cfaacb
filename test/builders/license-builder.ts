import { Fingerprint } from '../../src/domain/license/fingerprint.ts';
import { License } from '../../src/domain/license/license.ts';
import { LicenseId } from '../../src/domain/license/license-id.ts';
import { LicenseKey } from '../../src/domain/license/license-key.ts';
import type { StoredStatus } from '../../src/domain/license/license-snapshot.ts';
import { LicenseTerms, type LicenseTermsInput } from '../../src/domain/license/license-terms.ts';
import type { Instant } from '../../src/domain/shared/instant.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { anId } from './ids.ts';
import { NEW_YEAR } from './instants.ts';

/** The license key that chance gave when it began with this number. */
export const aKey = (n = 1): LicenseKey => {
  let rest = n * 1_000_003;
  return LicenseKey.generate((end) => {
    rest = (rest * 48_271 + 11) % 2_147_483_647;
    return rest % end;
  });
};

export const aFingerprint = (n = 1): Fingerprint => Fingerprint.parse(`machine-${n}`);

type Order = LicenseTermsInput & {
  id?: string;
  key?: LicenseKey;
  userId?: string;
  at?: Instant;
  status?: StoredStatus;
  activations?: number;
  ownerBanned?: boolean;
};

/** A license that the user of `aUser()` has just been given. Override only what the test is about. */
export const aLicense = ({
  id = anId(0x3001),
  key = aKey(),
  userId = anId(1),
  at = NEW_YEAR,
  status = 'active',
  activations = 0,
  ownerBanned = false,
  ...terms
}: Order = {}): License => {
  const order = { id: LicenseId.parse(id), key, userId: UserId.parse(userId), at };
  const issued = License.issue({ ...LicenseTerms.parse(terms, at), ...order });
  return License.fromSnapshot({ ...issued.toSnapshot(), status, activations, ownerBanned });
};
