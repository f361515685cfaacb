import { type ActiveKeys, promotionAt } from '../../domain/license/signing-key.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { SigningKeyRepository } from '../../ports/signing-key-repository.ts';

/** Makes the pending key current where it is due. @returns the keys after it */
export const promoteSigningKey = async (signingKeys: SigningKeyRepository, at: Instant): Promise<ActiveKeys> => {
  const active = await signingKeys.active();
  const replaced = promotionAt(active, at);
  for (const key of replaced) await signingKeys.replace(key);
  return replaced.length === 0 ? active : { current: replaced.at(-1), pending: undefined };
};
