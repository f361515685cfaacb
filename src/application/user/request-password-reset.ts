import { resetChanges } from '../../domain/audit/audited-fields.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { byNetwork, networkOf } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES as LIMITS } from '../../domain/throttle/throttle-policy.ts';
import { Email } from '../../domain/user/email.ts';
import { PasswordReset } from '../../domain/user/password-reset.ts';
import type { Ports } from '../../ports/ports.ts';
import { ANONYMOUS, recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';

type Deps = Pick<Ports, 'unitOfWork' | 'tokenHasher' | 'randomSource' | 'idGenerator' | 'clock'> & {
  throttle: Throttle;
  resetTtlMs: number;
  /** Development: return the token, and report unknown addresses. */
  returnsToken: boolean;
};

/**
 * Starts a password reset. In production every address gets the same response after the same work: an email is queued in
 * any case, and rendering it drops it where there is no account, or a banned one (see RenderEmail).
 */
export class RequestPasswordReset extends UseCase<Deps> {
  /**
   * @returns the token, in development only
   * @throws {DomainError} throttle.exceeded; password-reset.unknown-address in development only
   */
  async execute({ email, client }: Readonly<{ email: string; client: Client }>): Promise<Secret | undefined> {
    const { throttle, clock, returnsToken } = this.deps;
    const at = clock.now();
    const address = Email.canonicalize(email);
    await throttle.count(
      [
        { policy: LIMITS.resetRequestByAddressAndIp, subject: `${address} ${networkOf(client.ip)}` },
        { policy: LIMITS.resetRequestByAddress, subject: address },
        ...byNetwork(LIMITS.resetRequestByIp, client.ip),
      ],
      at,
      client,
    );
    if (returnsToken) return this.#issue(email, client);
    // Other text matches no account. Queueing it would let anonymous clients fill the store.
    if (Email.isAddress(email)) {
      await this.deps.unitOfWork.run(({ outbox }) =>
        outbox.add(
          this.deps.idGenerator.next(),
          { kind: 'password-reset', to: email, requestId: client.requestId },
          at,
        ),
      );
    }
    return undefined;
  }

  async #issue(email: string, client: Client): Promise<Secret> {
    const { unitOfWork, tokenHasher, randomSource, idGenerator, clock, resetTtlMs } = this.deps;
    const token = randomSource.token();
    const at = clock.now();
    await unitOfWork.run(async (stores) => {
      const user = await stores.users.findByEmail(Email.canonicalize(email));
      if (user === undefined)
        throw new DomainError('password-reset.unknown-address', 'There is no account with this address.');
      // The response is the same, and its token is invalid.
      if (user.isBanned) return;
      const tokenHash = tokenHasher.hash(token);
      const reset = PasswordReset.request({
        userId: user.id,
        tokenHash,
        ttlMs: resetTtlMs,
        confirmsEmail: false,
        at,
      });
      await stores.passwordResets.put(reset);
      await recordAudit(this.deps, stores, {
        caller: ANONYMOUS,
        client,
        action: 'user.password_reset_requested',
        subject: { kind: 'user', id: user.id },
        changes: resetChanges(reset),
        at,
      });
      const mail = { kind: 'password-reset', to: user.email, token: token.reveal() } as const;
      await stores.outbox.add(idGenerator.next(), mail, at);
    });
    return token;
  }
}
