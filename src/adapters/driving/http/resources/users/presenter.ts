import { Instant } from '../../../../../domain/shared/instant.ts';
import type { UserView } from '../../../../../ports/user-queries.ts';

export const presentUser = ({ id, email, name, age, createdAt }: UserView) => ({
  id,
  email,
  name,
  age,
  created_at: Instant.format(createdAt),
});
