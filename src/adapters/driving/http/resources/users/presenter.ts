import { Instant } from '../../../../../domain/shared/instant.ts';
import { userStatus } from '../../../../../domain/user/ban.ts';
import type { UserRecordView, UserView } from '../../../../../ports/user-queries.ts';

export const presentUser = ({ id, email, name, age, createdAt }: UserView) => ({
  id,
  email,
  name,
  age,
  created_at: Instant.format(createdAt),
});

export const presentUserRecord = ({
  emailConfirmedAt,
  pendingEmail,
  hasSecondFactor,
  ban,
  ...user
}: UserRecordView) => ({
  ...presentUser(user),
  status: userStatus(ban),
  ban: ban === null ? null : { at: Instant.format(ban.at), reason: ban.reason },
  email_confirmed_at: emailConfirmedAt === null ? null : Instant.format(emailConfirmedAt),
  pending_email: pendingEmail,
  mfa: hasSecondFactor,
});
