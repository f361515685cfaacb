import type { Brand } from '../shared/brand.ts';
import { parseUuid } from '../shared/uuid.ts';

/** Identifies a session in lists. Not a credential: it grants no access. */
export type SessionId = Brand<string, 'SessionId'>;

export const SessionId = {
  /** @throws {DomainError} id.malformed */
  parse(raw: string): SessionId {
    return parseUuid('session id', raw) as SessionId;
  },
};
