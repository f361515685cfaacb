import type { TokenView } from '../../../../../application/token/token-view.ts';
import { Instant } from '../../../../../domain/shared/instant.ts';

export const presentToken = (token: TokenView) => ({
  id: token.id,
  name: token.name,
  hint: token.hint,
  scopes: [...token.scopes],
  products: [...token.products],
  networks: [...token.networks],
  created_by: token.ownerId,
  created_at: Instant.format(token.createdAt),
  expires_at: Instant.format(token.expiresAt),
  last_used_at: Instant.formatOrNull(token.lastUsedAt),
  last_used_ip: token.lastUsedIp,
  status: token.status,
});
