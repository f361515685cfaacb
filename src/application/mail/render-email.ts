import { BrokenInvariant } from '../../domain/shared/invariant.ts';
import { Email } from '../../domain/user/email.ts';
import { PasswordReset } from '../../domain/user/password-reset.ts';
import type { Mail } from '../../ports/mailer.ts';
import type { OutgoingEmail } from '../../ports/outbox.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';
import {
  type EmailTemplateOptions,
  emailChangedMail,
  passwordChangedMail,
  resetMail,
  welcomeMail,
} from './email-templates.ts';

type Deps = Pick<Ports, 'unitOfWork' | 'tokenHasher' | 'randomSource' | 'clock'> & {
  templates: EmailTemplateOptions;
  resetTtlMs: number;
};

/** Renders a queued email. Creates the token of a password reset. */
export class RenderEmail extends UseCase<Deps> {
  /** @returns `undefined` for a password reset of an unknown address */
  async execute(email: OutgoingEmail): Promise<Mail | undefined> {
    switch (email.kind) {
      case 'welcome':
        return welcomeMail(email.to);
      case 'password-changed':
        return passwordChangedMail(email.to, email.at);
      case 'email-changed':
        return emailChangedMail(email.to, email.at);
      case 'password-reset':
        return email.token === undefined
          ? this.#withNewToken(email.to, email.ttlMs ?? this.deps.resetTtlMs)
          : resetMail(email.to, email.token, this.deps.templates);
      default:
        throw new BrokenInvariant(`No template for this email: ${(email satisfies never as OutgoingEmail).kind}`);
    }
  }

  async #withNewToken(address: string, ttlMs: number): Promise<Mail | undefined> {
    const { unitOfWork, tokenHasher, randomSource, clock, templates } = this.deps;
    const token = randomSource.token();
    const at = clock.now();
    const to = await unitOfWork.run(async ({ users, passwordResets }) => {
      const user = await users.findByEmail(Email.canonicalize(address));
      if (user === undefined) return undefined;
      const tokenHash = tokenHasher.hash(token);
      await passwordResets.put(PasswordReset.request({ userId: user.id, tokenHash, ttlMs, at }));
      return user.email;
    });
    return to === undefined ? undefined : resetMail(to, token.reveal(), templates);
  }
}
