import type { Brand } from '../shared/brand.ts';
import { idParser } from '../shared/uuid.ts';

/** Identifies a session in lists. Not a credential: it grants no access. */
export type SessionId = Brand<string, 'SessionId'>;

export const SessionId = idParser<SessionId>('session id');
