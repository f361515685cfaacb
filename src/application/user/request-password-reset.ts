import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { networkOf } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES as LIMITS } from '../../domain/throttle/throttle-policy.ts';
import { Email } from '../../domain/user/email.ts';
import { PasswordReset } from '../../domain/user/password-reset.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { RandomSource } from '../../ports/random-source.ts';
import type { TokenHasher } from '../../ports/token-hasher.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';

type Deps = {
  unitOfWork: UnitOfWork;
  tokenHasher: TokenHasher;
  randomSource: RandomSource;
  idGenerator: IdGenerator;
  throttle: Throttle;
  clock: Clock;
  resetTtlMs: number;
  /** Development: tell the token, and say who is unknown. */
  returnsToken: boolean;
};

/**
 * Somebody forgot their password. In production every address gets the same answer after the same work, and a letter
 * is promised that turns into nothing where there is no account (see DeliverMail).
 */
export class RequestPasswordReset {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * @returns the token, in development only
   * @throws {DomainError} password-reset.unknown-address, in development only
   */
  async execute({ email, client }: Readonly<{ email: string; client: Client }>): Promise<Secret | undefined> {
    const { throttle, clock, returnsToken } = this.#deps;
    const at = clock.now();
    const address = Email.canonicalize(email);
    await throttle.admit(
      [
        { policy: LIMITS.resetRequestByAddressAndIp, subject: `${address} ${networkOf(client.ip)}` },
        { policy: LIMITS.resetRequestByAddress, subject: address },
        { policy: LIMITS.resetRequestByIp, subject: networkOf(client.ip) },
      ],
      at,
      client,
    );
    if (returnsToken) return this.#issue(email);
    // What is no address belongs to nobody, and keeping it would let strangers fill the store.
    if (Email.isAddress(email)) {
      await this.#deps.unitOfWork.run(({ outbox }) =>
        outbox.add(this.#deps.idGenerator.next(), { kind: 'password-reset', to: email }, at),
      );
    }
    return undefined;
  }

  async #issue(email: string): Promise<Secret> {
    const { unitOfWork, tokenHasher, randomSource, idGenerator, clock, resetTtlMs } = this.#deps;
    const token = randomSource.token();
    const at = clock.now();
    await unitOfWork.run(async ({ users, passwordResets, outbox }) => {
      const user = await users.findByEmail(Email.canonicalize(email));
      if (user === undefined) throw new DomainError('password-reset.unknown-address', 'Nobody has this address.');
      const tokenHash = tokenHasher.hash(token);
      await passwordResets.put(PasswordReset.request({ userId: user.id, tokenHash, ttlMs: resetTtlMs, at }));
      const letter = { kind: 'password-reset', to: user.email, token: token.reveal() } as const;
      await outbox.add(idGenerator.next(), letter, at);
    });
    return token;
  }
}
