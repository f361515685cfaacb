import { Caller } from '../../domain/access/caller.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import type { Email } from '../../domain/user/email.ts';
import type { SessionLimits } from '../../domain/user/session.ts';
import type { TokenHash } from '../../domain/user/token-hash.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { SessionDirectory } from '../../ports/session-directory.ts';
import type { TokenHasher } from '../../ports/token-hasher.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';

export type AccessRules = Readonly<{
  /** Hash of the administrator's key; `undefined` where nobody set one. */
  adminKeyHash: TokenHash | undefined;
  /** Development without a key: everybody may administer. */
  administrationIsOpen: boolean;
}>;

export type Visitor = Readonly<{ caller: Caller; email?: Email }>;

type Deps = {
  sessionDirectory: SessionDirectory;
  unitOfWork: UnitOfWork;
  tokenHasher: TokenHasher;
  clock: Clock;
  securityLog: SecurityLog;
  access: AccessRules;
  sessionLimits: SessionLimits;
};

/** Finds out who is asking, from what they show. An unknown, ended or idle token makes a stranger, not an error. */
export class Authenticate {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async execute({ token, mayBeAdminKey }: { token: Secret | undefined; mayBeAdminKey: boolean }): Promise<Visitor> {
    const { sessionDirectory, unitOfWork, tokenHasher, clock, securityLog, access, sessionLimits } = this.#deps;
    const { adminKeyHash, administrationIsOpen } = access;
    const stranger = { caller: Caller.anonymous({ administrationIsOpen }) };
    if (token === undefined) return stranger;

    const hash = tokenHasher.hash(token);
    if (mayBeAdminKey && hash === adminKeyHash) return { caller: Caller.administrator() };

    const found = await sessionDirectory.findByToken(hash);
    if (found === undefined) return stranger;
    const { session, email } = found;
    const at = clock.now();
    if (!session.isLive(at, sessionLimits)) {
      securityLog.record({ event: 'session_expired', userId: session.userId });
      return stranger;
    }
    if (session.isWorthTouching(at, sessionLimits)) {
      await unitOfWork.run(({ sessions }) => sessions.touch(session.id, at));
    }
    const caller = Caller.inSession({ userId: session.userId, sessionId: session.id, administrationIsOpen });
    return { caller, email };
  }
}
