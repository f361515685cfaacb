import { Caller } from '../../domain/access/caller.ts';
import { confirmationChanges, resetChanges } from '../../domain/audit/audited-fields.ts';
import { LicenseId } from '../../domain/license/license-id.ts';
import type { LicenseSnapshot } from '../../domain/license/license-snapshot.ts';
import { statusAt } from '../../domain/license/license-status.ts';
import { Instant } from '../../domain/shared/instant.ts';
import { BrokenInvariant } from '../../domain/shared/invariant.ts';
import { THROTTLE_POLICIES as LIMITS, type ThrottlePolicy } from '../../domain/throttle/throttle-policy.ts';
import { Confirmation, type ConfirmationSnapshot } from '../../domain/user/confirmation.ts';
import { Email } from '../../domain/user/email.ts';
import { PasswordReset } from '../../domain/user/password-reset.ts';
import { mayGetEmails, type User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { Mail } from '../../ports/mailer.ts';
import type { OutgoingEmail } from '../../ports/outbox.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';
import type { Attempt, Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { emailRule } from '../user/notices.ts';
import type { RegistrationMode } from '../user/register-user.ts';
import {
  addressChangeRequestedMail,
  addressTakenMail,
  alreadyRegisteredMail,
  codeRequiredMail,
  confirmAddressMail,
  type EmailTemplateOptions,
  type EmailText,
  emailChangedMail,
  licenseExpiryMail,
  licenseKeyMail,
  loginsLockedMail,
  mfaDisabledMail,
  mfaEnabledMail,
  passwordChangedMail,
  registrationMail,
  resetMail,
  signedMail,
  staffInvitationMail,
  welcomeMail,
} from './email-templates.ts';

type Deps = Pick<
  Ports,
  'unitOfWork' | 'idGenerator' | 'tokenHasher' | 'randomSource' | 'clock' | 'licenseQueries' | 'userQueries'
> & {
  registration: RegistrationMode;
  templates: EmailTemplateOptions;
  resetTtlMs: number;
  /** Production: the token of a reset is in the email only. */
  resetConfirmsEmail: boolean;
  throttle: Throttle;
};

/** @property limit counts the email once it is sent: counted before that, an email would be lost with the process */
export type RenderedEmail = Readonly<{ mail: Mail; limit?: Attempt | undefined }>;

/**
 * Renders a queued email. Creates the tokens of resets and confirmations, and finds out here whether an address has an
 * account, so that the request does not show it.
 */
export class RenderEmail extends UseCase<Deps> {
  /** @returns `undefined`: it has no purpose, such as a password reset of an unknown or banned user */
  async execute(email: OutgoingEmail): Promise<RenderedEmail | undefined> {
    const text = await this.#textOf(email);
    return text && { mail: signedMail(text, this.deps.templates), limit: text.limit };
  }

  async #textOf(email: OutgoingEmail): Promise<LimitedText | undefined> {
    const { templates } = this.deps;
    switch (email.kind) {
      case 'welcome':
        return welcomeMail(email.to, templates, email.mustConfirm);
      case 'password-changed':
        return passwordChangedMail(email.to, email.at);
      case 'email-changed':
        return emailChangedMail(email.to, email.at);
      case 'mfa-enabled':
        return mfaEnabledMail(email.to, email.at);
      case 'mfa-disabled':
        return mfaDisabledMail(email.to, email.at);
      case 'logins-locked':
        return loginsLockedMail(email.to, email.isKnown, email.at);
      case 'code-required':
        return codeRequiredMail(email.to, email.at);
      case 'password-reset':
        return email.token === undefined
          ? this.#withNewReset(email, ({ user, token }) => resetMail(user.email, token, templates, email.reason))
          : resetMail(email.to, email.token, templates);
      case 'staff-invitation':
        return this.#invitation(email);
      case 'confirm-registration':
        return this.#registration(email);
      case 'confirm-address':
        return this.#address(email);
      case 'address-change-requested':
        return this.#change(email);
      case 'license-key':
        return this.#aboutLicense(email.licenseId, (to, license) => licenseKeyMail(to, license, templates));
      case 'license-expiry':
        return this.#expiry(email);
      default:
        throw new BrokenInvariant(`No template for this email: ${(email satisfies never as OutgoingEmail).kind}`);
    }
  }

  /** `undefined` where the role was removed since. It names the role that the user has now. */
  async #invitation(email: Queued<'staff-invitation'>): Promise<EmailText | undefined> {
    // Outside the unit of work, which locks the account that is invited: two accounts have no order there.
    const [by] = email.by === null ? [] : await this.deps.userQueries.listByIds([UserId.parse(email.by)]);
    return this.#withNewReset(email, ({ user, token, until }) => {
      if (user.role === null) return undefined;
      const invitation = { role: user.role, by: by?.email, token, until };
      return staffInvitationMail(user.email, invitation, this.deps.templates);
    });
  }

  /** @param render the email about the reset; `undefined`: none, and no reset */
  #withNewReset(
    email: Queued<'password-reset' | 'staff-invitation'>,
    render: (reset: NewReset) => EmailText | undefined,
  ): Promise<EmailText | undefined> {
    const { unitOfWork, tokenHasher, randomSource, clock, resetConfirmsEmail: confirmsEmail } = this.deps;
    const { to: address, ttlMs = this.deps.resetTtlMs, requestId } = email;
    const token = randomSource.token();
    const at = clock.now();
    return unitOfWork.run(async (stores) => {
      const user = await stores.users.findByEmail(Email.canonicalize(address));
      if (user === undefined || user.isBanned) return undefined;
      const until = Instant.plusMs(at, ttlMs);
      const text = render({ user, token: token.reveal(), until });
      if (text === undefined) return undefined;
      const tokenHash = tokenHasher.hash(token);
      const reset = PasswordReset.request({ userId: user.id, tokenHash, ttlMs, confirmsEmail, at });
      await stores.passwordResets.put(reset);
      await recordAudit(this.deps, stores, {
        caller: Caller.system('worker'),
        client: requestId === undefined ? undefined : { requestId },
        action: 'user.password_reset_requested',
        subject: { kind: 'user', id: user.id },
        changes: resetChanges(reset),
        at,
      });
      return text;
    });
  }

  async #registration({ to, requestId }: Queued<'confirm-registration'>): Promise<LimitedText | undefined> {
    const email = Email.fromStore(to);
    return this.#render(requestId, async (stores, confirm) => {
      const user = await stores.users.findByEmail(Email.canonicalize(email));
      if (user === undefined)
        return registrationMail(
          email,
          await confirm({ purpose: 'registration', userId: null, email }),
          this.deps.templates,
        );
      return this.#onceADay(stores, LIMITS.alreadyRegisteredByAddress, alreadyRegisteredMail(user.email));
    });
  }

  async #address(queued: Queued<'confirm-address'>): Promise<LimitedText | undefined> {
    const email = Email.fromStore(queued.to);
    const userId = UserId.parse(queued.userId);
    return this.#render(queued.requestId, async (stores, confirm) => {
      const owner = await stores.users.findByEmail(Email.canonicalize(email));
      if (owner !== undefined && owner.id !== userId) {
        // An address that is not confirmed may be another person's.
        if (!owner.hasConfirmedEmail) return undefined;
        return this.#onceADay(stores, LIMITS.addressRequestedByAddress, addressTakenMail(owner.email));
      }
      const user = owner ?? (await stores.users.find(userId));
      if (user?.isWaitingFor(email) !== true || user.isBanned) return undefined;
      await stores.confirmations.removeAllOf(userId, 'address');
      return confirmAddressMail(email, await confirm({ purpose: 'address', userId, email }), this.deps.templates);
    });
  }

  /**
   * Also after the change: the new address may have been confirmed by another person. `undefined` where the change has
   * been cancelled since, with it or an earlier one: the address was the account's in between only.
   */
  async #change(queued: Queued<'address-change-requested'>): Promise<EmailText | undefined> {
    const email = Email.fromStore(queued.to);
    const userId = UserId.parse(queued.userId);
    return this.#render(queued.requestId, async (stores, confirm) => {
      if ((await stores.users.find(userId))?.isBanned !== false) return undefined;
      const cancelled = await stores.confirmations.listOf(userId, 'cancelled');
      if (cancelled.some((used) => used.hasCancelled(queued.at))) return undefined;
      const token = await confirm({ purpose: 'cancellation', userId, email, changedAt: queued.at });
      return addressChangeRequestedMail(email, token, queued.at, this.deps.templates);
    });
  }

  /** The email says nothing any more where the license was renewed or suspended, or is over, since. */
  async #expiry({ licenseId, expiresAt }: Queued<'license-expiry'>): Promise<EmailText | undefined> {
    const { clock, templates } = this.deps;
    return this.#aboutLicense(licenseId, (to, license) =>
      license.expiresAt === expiresAt && statusAt(license, clock.now()) === 'active'
        ? licenseExpiryMail(to, { ...license, expiresAt }, templates)
        : undefined,
    );
  }

  /** `undefined` where the license was revoked or deleted since, or the owner may not get emails about it any more. */
  async #aboutLicense(
    licenseId: string,
    text: (to: string, license: LicenseSnapshot) => EmailText | undefined,
  ): Promise<EmailText | undefined> {
    const { licenseQueries, userQueries, registration } = this.deps;
    const license = (await licenseQueries.findById(LicenseId.parse(licenseId), undefined))?.license;
    if (license === undefined || license.status === 'revoked') return undefined;
    const [owner] = await userQueries.listByIds([license.userId]);
    const mayGetIt = owner !== undefined && mayGetEmails(owner, emailRule(registration));
    return mayGetIt ? text(owner.email, license) : undefined;
  }

  /** `undefined` where the address has had one within a day. Instances that send at the same moment may each send one. */
  async #onceADay(stores: Stores, policy: ThrottlePolicy, text: EmailText): Promise<LimitedText | undefined> {
    const limit = { policy, subject: Email.canonicalize(text.to) };
    return (await this.deps.throttle.isUsedUp(stores, limit, this.deps.clock.now())) ? undefined : { ...text, limit };
  }

  /** @param render is given a function that stores a confirmation and returns its token */
  #render(
    requestId: string,
    render: (stores: Stores, confirm: Confirm) => Promise<LimitedText | undefined>,
  ): Promise<LimitedText | undefined> {
    const { unitOfWork, tokenHasher, randomSource, clock } = this.deps;
    const token = randomSource.token();
    return unitOfWork.run((stores) =>
      render(stores, async ({ userId, ...request }) => {
        const at = clock.now();
        const confirmation = Confirmation.request({ ...request, userId, tokenHash: tokenHasher.hash(token), at });
        await stores.confirmations.add(confirmation);
        await recordAudit(this.deps, stores, {
          caller: Caller.system('worker'),
          client: { requestId },
          ...(userId === null
            ? { action: 'registration.requested', subject: { kind: 'registration', id: this.deps.idGenerator.next() } }
            : { action: 'user.confirmation_sent', subject: { kind: 'user', id: userId } }),
          changes: confirmationChanges(confirmation),
          at,
        });
        return token.reveal();
      }),
    );
  }
}

type LimitedText = EmailText & Pick<RenderedEmail, 'limit'>;

type Queued<Kind extends OutgoingEmail['kind']> = Extract<OutgoingEmail, { kind: Kind }>;

type NewReset = Readonly<{ user: User; token: string; until: Instant }>;

type Confirm = (
  request: Pick<ConfirmationSnapshot, 'purpose' | 'userId' | 'email'> & { changedAt?: Instant },
) => Promise<string>;
