import type { Instant } from '../../domain/shared/instant.ts';
import { THROTTLE_POLICIES } from '../../domain/throttle/throttle-policy.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Attempt, Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { queueNotice } from './notices.ts';
import type { RegistrationMode } from './register-user.ts';

/** @property isKnown `failures` are those of a network that is known to the account; else of all that are not */
type LockedLogin = Readonly<{ userId: UserId; failures: Attempt; isKnown: boolean; at: Instant }>;

/**
 * Buffers the accounts whose log-ins are locked, unless the last allowed attempt was right: the email adds nothing to a request, so its time does not
 * reveal an account. A killed process loses its buffer; the next attempt on the account fills it again.
 */
export class LockedLoginBuffer {
  #latest = new Map<UserId, LockedLogin>();

  add(login: LockedLogin): void {
    this.#latest.set(login.userId, login);
  }

  /** Adds one that was taken, unless the log-ins of the account are locked anew since. */
  addAgain(login: LockedLogin): void {
    if (!this.#latest.has(login.userId)) this.add(login);
  }

  /** Empties the buffer. */
  take(): readonly LockedLogin[] {
    const logins = [...this.#latest.values()];
    this.#latest = new Map();
    return logins;
  }
}

type Deps = Pick<Ports, 'unitOfWork' | 'idGenerator'> & {
  throttle: Throttle;
  lockedLogins: LockedLoginBuffer;
  registration: RegistrationMode;
};

/** Queues an email to the owners of accounts whose log-ins are locked, at most one a day for each. For the background. */
export class NotifyLockedLogins extends UseCase<Deps> {
  async execute(): Promise<void> {
    const { unitOfWork, throttle, lockedLogins } = this.deps;
    const logins = lockedLogins.take();
    const failed: LockedLogin[] = [];
    const errors: unknown[] = [];
    for (const [index, login] of logins.entries()) {
      const { userId, failures, isKnown, at } = login;
      try {
        await unitOfWork.run(async (stores) => {
          const user = await stores.users.find(userId);
          // A log-in or a reset may have ended the failures.
          if (user === undefined || !(await throttle.isUsedUp(stores, failures, at))) return;
          const notice = { kind: 'logins-locked', to: user.email, isKnown, at } as const;
          await queueNotice(this.deps, stores, user, notice, THROTTLE_POLICIES.loginsLocked);
        });
      } catch (error) {
        errors.push(error);
        failed.push(login);
        if (!(error instanceof PortError)) continue;
        // The store fails, so the others wait too. They come first in the next run.
        failed.unshift(...logins.slice(index + 1));
        break;
      }
    }
    for (const login of failed) lockedLogins.addAgain(login);
    if (errors.length > 0) throw errors[0];
  }
}
