import type { Brand } from '../shared/brand.ts';
import { parseUuid } from '../shared/uuid.ts';

/** Names a session in lists. Not the token: knowing it opens nothing. */
export type SessionId = Brand<string, 'SessionId'>;

export const SessionId = {
  /** @throws {DomainError} id.malformed */
  parse(raw: string): SessionId {
    return parseUuid('session id', raw) as SessionId;
  },
};
