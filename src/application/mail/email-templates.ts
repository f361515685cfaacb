import type { Instant } from '../../domain/shared/instant.ts';
import type { Mail } from '../../ports/mailer.ts';

/** Settings of the templates. */
export type EmailTemplateOptions = Readonly<{
  /** The operator's page for choosing a new password. The token follows `#`, so that it is not sent to any server. */
  resetPage: string | undefined;
}>;

/** Without the name: registering another person's address would send them text of the registrant's choice. */
export const welcomeMail = (to: string): Mail =>
  mail(to, 'Welcome to Guildhall', [
    'Hello,',
    'your account is open. You can log in with this address and the password you chose.',
    'If this was not you, another person entered your address by mistake. You can ignore this email.',
  ]);

export const resetMail = (to: string, token: string, { resetPage }: EmailTemplateOptions): Mail => {
  const link = resetPage && `${resetPage}#email=${encodeURIComponent(to)}&reset_token=${token}`;
  const paragraphs = [
    'Hello,',
    'a password reset was requested for this account. To set a new password, use this:',
    ...(link === undefined ? [] : [link, 'If the link does not work, enter this token there:']),
    `Reset token: ${token}`,
    'It works once and for a short time. If you did not request it, ignore this email: your password stays unchanged.',
  ];
  return mail(to, 'Reset your password', paragraphs, link);
};

export const registrationMail = (to: string, token: string): Mail =>
  mail(to, 'Confirm your e-mail address', [
    'Hello,',
    'an account was requested for this address. To open it, use this:',
    `Confirmation token: ${token}`,
    'It works once, within an hour. If you did not request it, ignore this email: no account is opened.',
  ]);

export const alreadyRegisteredMail = (to: string): Mail =>
  mail(to, 'You already have an account', [
    'Hello,',
    'an account was requested for this address, which has one already. You can log in, or reset the password.',
    'If you did not request it, ignore this email: nothing has changed.',
  ]);

export const confirmAddressMail = (to: string, token: string): Mail =>
  mail(to, 'Confirm your e-mail address', [
    'Hello,',
    'to confirm that this is the address of your account, use this:',
    `Confirmation token: ${token}`,
    'It works once, within an hour. If you do not know of it, ignore this email.',
  ]);

export const addressTakenMail = (to: string): Mail =>
  mail(to, 'Your address was requested for another account', [
    'Hello,',
    'another account asked to use this address, which belongs to your account. Nothing has changed.',
    'If it was you, use another address there, or delete this account first.',
  ]);

export const addressChangeRequestedMail = (to: string, token: string, at: Instant): Mail =>
  mail(to, 'A new e-mail address was requested', [
    'Hello,',
    `a new address was requested for this account on ${format(at)}. It replaces this one once it is confirmed.`,
    'If this was not you, cancel the change within 72 hours, even after it. Your account returns to this address, all devices are signed out, and you set a new password. Use this:',
    `Cancellation token: ${token}`,
  ]);

export const passwordChangedMail = (to: string, at: Instant): Mail =>
  mail(to, 'Your password has changed', [
    'Hello,',
    `the password of this account was changed on ${format(at)}. All other devices have been signed out.`,
    'If this was not you, reset your password now.',
  ]);

export const emailChangedMail = (to: string, at: Instant): Mail =>
  mail(to, 'Your e-mail address has changed', [
    'Hello,',
    `the address of this account was changed on ${format(at)}. This is the last email to the old address.`,
    'If this was not you, contact the operator of this service.',
  ]);

export const mfaEnabledMail = (to: string, at: Instant): Mail =>
  mail(to, 'Your second factor is set up', [
    'Hello,',
    `a second factor was set up for this account on ${format(at)}. From now on a log-in takes a code of your authenticator app. All other devices have been signed out.`,
    'If this was not you, reset your password now and contact the operator of this service.',
  ]);

export const mfaDisabledMail = (to: string, at: Instant): Mail =>
  mail(to, 'Your second factor was removed', [
    'Hello,',
    `the second factor of this account was removed on ${format(at)}. A log-in takes the password only.`,
    'If this was not you, reset your password now and set the second factor up again.',
  ]);

/** @param link the paragraph that is a link */
const mail = (to: string, subject: string, paragraphs: readonly string[], link?: string): Mail => ({
  to,
  subject,
  text: `${paragraphs.join('\n\n')}\n\nGuildhall\n`,
  html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${asHtml(subject)}</title><body>${[
    ...paragraphs,
    'Guildhall',
  ]
    .map((paragraph) => [asHtml(paragraph), paragraph === link] as const)
    .map(([html, isLink]) => `<p>${isLink ? `<a href="${html}">${html}</a>` : html}</p>`)
    .join('')}</body></html>`,
});

const format = (at: Instant): string => `${at.slice(0, 10)} at ${at.slice(11, 16)} UTC`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const asHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
