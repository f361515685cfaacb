import type { Caller } from '../../domain/access/caller.ts';
import type { AuditChange } from '../../domain/audit/audit-entry.ts';
import { type ActiveKeys, promotionAt, type SigningKey } from '../../domain/license/signing-key.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';

/**
 * Makes the pending key current where it is due.
 * @param caller the program whose work this is: it was due before the request that meets it
 * @returns the keys after it
 */
export const promoteSigningKey = async (
  deps: Pick<Ports, 'idGenerator'>,
  stores: Stores,
  caller: Caller,
  at: Instant,
): Promise<ActiveKeys> => {
  const { signingKeys } = stores;
  const active = await signingKeys.active();
  const replaced = promotionAt(active, at);
  for (const key of replaced) await signingKeys.replace(key);
  const current = replaced.at(-1);
  if (current === undefined) return active;
  await recordAudit(deps, stores, {
    caller,
    client: undefined,
    action: 'signing_key.rotated',
    subject: { kind: 'signing_key', id: current.kid },
    changes: keyChanges('pending', 'current', active.current),
    at,
  });
  return { current, pending: undefined };
};

type KeyState = 'pending' | 'current' | undefined;

/** @param replaced the key in whose place it comes */
export const keyChanges = (before: KeyState, after: KeyState, replaced?: SigningKey): readonly AuditChange[] => [
  { field: 'state', before, after },
  ...(replaced === undefined ? [] : [{ field: 'replaces', after: replaced.kid }]),
];
