import type { Role } from '../../domain/access/scope.ts';
import type { LicenseSnapshot } from '../../domain/license/license-snapshot.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { Mail } from '../../ports/mailer.ts';
import type { PasswordRemoval } from '../../ports/outbox.ts';

/** Settings of the templates. Tokens follow `#` in links, so that they are not sent to any server. */
export type EmailTemplateOptions = Readonly<{
  /** The operator's page for choosing a new password. */
  resetPage: string | undefined;
  /** Address of the account pages, without a slash at its end; `undefined`: emails contain tokens without links. */
  accountPages: string | undefined;
  /** Signs the emails. */
  brandName: string;
  supportEmail: string | undefined;
  /** Address of the logo, PNG; `undefined`: none. */
  logoUrl: string | undefined;
}>;

/** The text of an email before the signature. @property link the paragraph that is a link */
export type EmailText = Readonly<{
  to: string;
  subject: string;
  paragraphs: readonly string[];
  link: string | undefined;
}>;

/** Without the name: registering another person's address would send them text of the registrant's choice. */
export const welcomeMail = (to: string, { brandName }: EmailTemplateOptions, mustConfirm = false): EmailText =>
  mail(to, `Welcome to ${brandName}`, [
    'Hello,',
    mustConfirm
      ? 'your account is open. Before you can log in, confirm this address with the token of another email.'
      : 'your account is open. You can log in with this address and the password you chose.',
    'If this was not you, another person entered your address by mistake. You can ignore this email.',
  ]);

const PASSWORD_REMOVED: Readonly<Record<PasswordRemoval, string>> = {
  'factor-reset': 'the second factor of this account was removed, and its password too.',
  'change-cancelled': 'the change of the address of this account was cancelled, and its password was removed.',
};

/** @param reason what has removed the password; `undefined`: it stays until it is reset */
export const resetMail = (
  to: string,
  token: string,
  { resetPage }: EmailTemplateOptions,
  reason?: PasswordRemoval,
): EmailText => {
  const [opening, after] =
    reason === undefined
      ? [
          'a password reset was requested for this account. To set a new password, use this:',
          'It works once and for a short time. If you did not request it, ignore this email: your password stays unchanged.',
        ]
      : [
          `${PASSWORD_REMOVED[reason]} All devices have been logged out. To log in again, set a new password. Use this:`,
          'It works once and for a short time. After that, ask for a reset of the password of this address to get another.',
        ];
  return mailWithToken(to, 'Reset your password', {
    before: ['Hello,', opening],
    page: resetPage,
    fragment: { email: to, reset_token: token },
    token: `Reset token: ${token}`,
    after: [after],
  });
};

/** @property by address of the person who gave the role; `undefined`: the administrator key did, or the account is gone */
export type StaffInvitation = Readonly<{ role: Role; by: string | undefined; token: string; until: Instant }>;

export const staffInvitationMail = (
  to: string,
  { role, by, token, until }: StaffInvitation,
  { resetPage, brandName }: EmailTemplateOptions,
): EmailText =>
  mailWithToken(to, 'You are invited to the console', {
    before: [
      'Hello,',
      `${by ?? 'An administrator'} has given this address the role ${role} at ${brandName}. People with a role look after accounts and licenses in the console.`,
      'To log in, first set a password for your account. A password that it had before no longer works. Use this:',
    ],
    page: resetPage,
    fragment: { email: to, reset_token: token },
    token: `Reset token: ${token}`,
    after: [
      `It works once, until ${format(until)}. After that, ask for a reset of the password of this address to get another.`,
      `If you did not expect this, do not use it, and ask ${by ?? 'the operator of this service'} what it is about. Without a new password, the account cannot be logged in to.`,
    ],
  });

export const registrationMail = (to: string, token: string, { accountPages }: EmailTemplateOptions): EmailText =>
  mailWithToken(to, 'Confirm your email address', {
    before: ['Hello,', 'an account was requested for this address. To open it, use this:'],
    page: accountPages && `${accountPages}/new/token`,
    fragment: { email: to, confirmation_token: token },
    token: `Confirmation token: ${token}`,
    after: ['It works once, within an hour. If you did not request it, ignore this email: no account is opened.'],
  });

export const alreadyRegisteredMail = (to: string): EmailText =>
  mail(to, 'You already have an account', [
    'Hello,',
    'an account was requested for this address, which has one already. You can log in, or reset the password.',
    'If you did not request it, ignore this email: nothing has changed.',
  ]);

export const confirmAddressMail = (to: string, token: string, { accountPages }: EmailTemplateOptions): EmailText =>
  mailWithToken(to, 'Confirm your email address', {
    before: ['Hello,', 'to confirm that this is the address of your account, use this:'],
    page: accountPages && `${accountPages}/confirm`,
    fragment: { confirmation_token: token },
    token: `Confirmation token: ${token}`,
    after: ['It works once, within an hour. If you do not know of it, ignore this email.'],
  });

export const addressTakenMail = (to: string): EmailText =>
  mail(to, 'Your address was requested for another account', [
    'Hello,',
    'another account asked to use this address, which belongs to your account. Nothing has changed.',
    'If it was you, use another address there, or delete this account first.',
  ]);

export const addressChangeRequestedMail = (
  to: string,
  token: string,
  at: Instant,
  { accountPages }: EmailTemplateOptions,
): EmailText =>
  mailWithToken(to, 'A new email address was requested', {
    before: [
      'Hello,',
      `a new address was requested for this account on ${format(at)}. It replaces this one once it is confirmed.`,
      'If this was not you, cancel the change within 72 hours, even after it. Your account returns to this address, all devices are logged out, and you set a new password. Use this:',
    ],
    page: accountPages && `${accountPages}/confirm?for=cancellation`,
    fragment: { confirmation_token: token },
    token: `Cancellation token: ${token}`,
    after: [],
  });

export const passwordChangedMail = (to: string, at: Instant): EmailText =>
  mail(to, 'Your password has changed', [
    'Hello,',
    `the password of this account was changed on ${format(at)}. All other devices have been logged out.`,
    'If this was not you, reset your password now.',
  ]);

export const emailChangedMail = (to: string, at: Instant): EmailText =>
  mail(to, 'Your email address has changed', [
    'Hello,',
    `the address of this account was changed on ${format(at)}. This is the last email to the old address.`,
    'If this was not you, contact the operator of this service.',
  ]);

export const mfaEnabledMail = (to: string, at: Instant): EmailText =>
  mail(to, 'Your second factor is set up', [
    'Hello,',
    `a second factor was set up for this account on ${format(at)}. From now on a log-in takes a code of your authenticator app. All other devices have been logged out.`,
    'If this was not you, reset your password now and contact the operator of this service.',
  ]);

export const mfaDisabledMail = (to: string, at: Instant): EmailText =>
  mail(to, 'Your second factor was removed', [
    'Hello,',
    `the second factor of this account was removed on ${format(at)}. A log-in takes the password only.`,
    'If this was not you, reset your password now and set the second factor up again.',
  ]);

export const licenseKeyMail = (
  to: string,
  { id, key, product, expiresAt }: LicenseSnapshot,
  { accountPages }: EmailTemplateOptions,
): EmailText => {
  const link = licensePage(id, accountPages);
  return mail(
    to,
    'Your license key',
    [
      'Hello,',
      `this is the key of ${yourLicense(product)}:`,
      `License key: ${key}`,
      expiresAt === null ? 'The license has no end.' : `The license ends on ${format(expiresAt)}.`,
      ...toPage(link),
      'Keep the key secret: it is all that an application needs to use the license.',
    ],
    link,
  );
};

export const licenseExpiryMail = (
  to: string,
  { id, key, product, expiresAt, graceDays }: LicenseSnapshot & { expiresAt: Instant },
  { accountPages }: EmailTemplateOptions,
): EmailText => {
  const link = licensePage(id, accountPages);
  const grace = `After that the software runs on for ${graceDays === 1 ? 'one day' : `${graceDays} days`} of grace.`;
  return mail(
    to,
    `Your license ends on ${Instant.formatDay(expiresAt)}`,
    [
      'Hello,',
      `${yourLicense(product)} ends on ${format(expiresAt)}. Its key ends in ${key.slice(-4)}.`,
      ...(graceDays === 0 ? [] : [grace]),
      'Renew it before then to go on without a break. The key stays the same.',
      ...toPage(link),
    ],
    link,
  );
};

const yourLicense = (product: string | null): string => `your license${product === null ? '' : ` for ${product}`}`;

const toPage = (link: string | undefined): readonly string[] =>
  link === undefined ? [] : ['This page shows the license and its machines:', link];

const licensePage = (id: string, accountPages: string | undefined): string | undefined =>
  accountPages && `${accountPages}/licenses/${id}`;

/** @param isKnown they are locked on a network that is known to the account; else on all that are not */
export const loginsLockedMail = (to: string, isKnown: boolean, at: Instant): EmailText =>
  mail(to, 'Log-ins to your account are locked', [
    'Hello,',
    `log-ins to this account have failed a hundred times in a row, and again on ${format(at)}. ${
      isKnown
        ? 'On one of the networks that you use, the right password is refused now too.'
        : 'The right password is refused now too, except on networks on which you have logged in within 90 days.'
    }`,
    'To log in there again, reset your password, which logs out all devices. Until then, they stay logged in.',
  ]);

export const codeRequiredMail = (to: string, at: Instant): EmailText =>
  mail(to, 'Your password was used on a new network', [
    'Hello,',
    `the right password of this account was used on ${format(at)} without the right code of the second factor, on a network on which you have not logged in of late.`,
    'If this was not you, another person knows your password: set a new one now. The second factor protects the account until then.',
  ]);

const mail = (to: string, subject: string, paragraphs: readonly string[], link?: string): EmailText => ({
  to,
  subject,
  paragraphs,
  link,
});

type WithToken = Readonly<{
  before: readonly string[];
  /** Takes the token; `undefined`: none. */
  page: string | undefined;
  fragment: Readonly<Record<string, string>>;
  /** The token as text, for readers without script. */
  token: string;
  after: readonly string[];
}>;

const mailWithToken = (to: string, subject: string, { before, page, fragment, token, after }: WithToken): EmailText => {
  const hash = Object.entries(fragment).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const link = page && `${page}#${hash.join('&')}`;
  const parts = link === undefined ? [token] : [link, 'If the link does not work, enter this token there:', token];
  return mail(to, subject, [...before, ...parts, ...after], link);
};

/** Signs an email, and writes it as text and as HTML. */
export const signedMail = (email: EmailText, { brandName, supportEmail, logoUrl }: EmailTemplateOptions): Mail => {
  const { to, subject, link } = email;
  const help = supportEmail === undefined ? [] : [`Need help? Write to ${supportEmail}`];
  const paragraphs = [...email.paragraphs, ...help, brandName];
  const shown = paragraphs
    .map((paragraph) => [asHtml(paragraph), paragraph === link] as const)
    .map(([html, isLink]) => `<p>${isLink ? `<a href="${html}">${html}</a>` : html}</p>`);
  const logo = logoUrl === undefined ? '' : `<img src="${asHtml(logoUrl)}" alt="" height="40">`;
  return {
    to,
    subject,
    text: `${paragraphs.join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${asHtml(subject)}</title><body>${logo}${shown.join('')}</body></html>`,
  };
};

const format = (at: Instant): string => `${Instant.formatDay(at)} at ${at.slice(11, 16)} UTC`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const asHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
