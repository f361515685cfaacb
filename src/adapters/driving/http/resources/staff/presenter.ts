import { Instant } from '../../../../../domain/shared/instant.ts';
import type { StaffView } from '../../../../../ports/user-queries.ts';

export const presentStaff = ({ id, email, role, since, hasSecondFactor }: StaffView) => ({
  user_id: id,
  email,
  role,
  since: Instant.format(since),
  mfa: hasSecondFactor,
});
