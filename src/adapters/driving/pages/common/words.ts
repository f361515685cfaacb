import type { ErrorCode } from '../../http/errors/catalogue.ts';

/** Notes about a form, shown on the next page. A closed list: the address contains the name of a note, never its text. */
export const NOTES = {
  'account-deleted': 'Your account was deleted.',
  'account-requested': 'If this address is free, an email with a token is on its way.',
  'address-change-cancelled':
    'Your account has this address again. An email with a token for a new password is on its way.',
  'address-changed': 'Your address was changed.',
  'address-confirmed': 'Thank you, your address is confirmed.',
  'address-kept': 'Your account keeps its address.',
  'address-requested':
    'An email with a token is on its way to the new address. Until it is confirmed, nothing changes.',
  'confirmation-sent': 'An email with a token is on its way.',
  banned: 'The account was banned. Its sessions have ended.',
  confirmed: 'Thank you. Now make your change.',
  'factor-reset': 'The second factor was removed. An email with a token for a new password is on its way.',
  'factor-removed': 'Two-factor log-in is off.',
  'factor-was-on': 'Two-factor log-in is on. If you have no recovery codes yet, make new ones.',
  'license-changed': 'The terms were changed.',
  'license-issued': 'The license was issued.',
  'license-mailed': 'The license key is on its way to the owner.',
  'license-reinstated': 'The license was reinstated.',
  'license-renewed': 'The license was renewed.',
  'license-revoked': 'The license was revoked permanently.',
  'license-suspended': 'The license was suspended.',
  'logged-out': 'You are logged out.',
  'machine-freed': 'The seat was freed.',
  'name-changed': 'The name was changed.',
  'pair-checked': 'The pair was checked.',
  'other-sessions-ended': 'All other sessions were ended.',
  'password-changed': 'Your password was changed. All other sessions have ended.',
  'password-reset': 'Your new password is set. Log in with it.',
  registered: 'Your account is open. Log in with your password.',
  'registered-unconfirmed':
    'Your account is open. Before you log in, confirm your address with the token of the email that is on its way.',
  'reset-requested': 'If there is an account with this address, an email with a token is on its way.',
  'reset-sent': 'An email with a token for a new password is on its way.',
  'session-ended': 'The session was ended.',
  'form-gone': 'You are logged in. The form that was sent before is no longer on this page, and nothing was changed.',
  'form-returned':
    'You are logged in. What was entered before is in its form. Check it, enter passwords again, and send it.',
  'session-over': 'Your session has ended, and the form was not sent. Log in and try again.',
  'session-over-kept': 'Your session ended before the form was sent. Log in, and your entries are shown again.',
  'staff-added': 'The person has the role now.',
  'staff-changed': 'The role was changed.',
  'staff-removed': 'The role was removed.',
  'token-changed': 'The token was changed.',
  'token-revoked': 'The token was revoked.',
  unbanned: 'The account was unbanned. Its licenses are what they were.',
} as const;

export type NoteName = keyof typeof NOTES;

/** A path with a note for the page. */
export const withNote = (path: string, note: NoteName): string =>
  `${path}${path.includes('?') ? '&' : '?'}done=${note}`;

/** Texts of error pages in place of the API's title and messages, which are for programmers. */
export const ERROR_WORDS: Partial<Record<ErrorCode, Readonly<{ title: string; text: string }>>> = {
  'access.forbidden': {
    title: 'Not allowed',
    text: 'Your account has no access to this. Ask an admin for it if you need it.',
  },
  'idempotency.in-flight': {
    title: 'Still being worked on',
    text: 'This form was sent before and is still being worked on. Wait a moment, and check what is stored.',
  },
  'idempotency.mismatch': {
    title: 'Sent before',
    text: 'This form was sent before with other entries. Check what is stored, and send it again.',
  },
  'license.not-found': { title: 'No such license', text: 'This license does not exist. It may have been deleted.' },
  'request.precondition-failed': {
    title: 'Changed since',
    text: 'Someone changed this after the page was opened. Your entries were not saved.',
  },
  'registration.closed': {
    title: 'Registration is closed',
    text: 'Accounts are opened by us. Write to us if you need one.',
  },
  'request.cross-origin': {
    title: 'Not sent from here',
    text: 'This form was sent from a page of another site. Open the page here and try again.',
  },
  'request.headers-too-large': {
    title: 'Request too large',
    text: 'Your browser sends more cookies, or a longer address, than this server reads. Delete the cookies of this site, and open the page again.',
  },
  'request.method-not-allowed': {
    title: 'Page not found',
    text: 'There is nothing to open at this address.',
  },
  'request.not-found': {
    title: 'Page not found',
    text: 'There is nothing at this address. It may have been removed, or the link is incomplete.',
  },
  'request.timeout': {
    title: 'Too slow',
    text: 'What your browser sent did not arrive in time. Check your connection, and try again.',
  },
  'request.too-large': {
    title: 'Too much text',
    text: 'What you have sent is longer than anything that is stored here. Go back and shorten it.',
  },
  'request.unsupported-media-type': {
    title: 'Not a form',
    text: 'This is not what the form on the page sends. Open the page again and fill in its form.',
  },
  'server.failed': {
    title: 'Something went wrong',
    text: 'The error has been logged. Try again; if it happens again, write to us with the number below.',
  },
  'server.overloaded': {
    title: 'Too busy at the moment',
    text: 'Too many requests arrive at once. Wait a moment and load the page again.',
  },
  'staff.not-found': { title: 'No role', text: 'This person has no role. It may have been removed.' },
  'store.unavailable': {
    title: 'Not available at the moment',
    text: 'The database does not answer. Wait a moment and load the page again.',
  },
  'throttle.exceeded': {
    title: 'Too many attempts',
    text: 'There were too many attempts in a short time. Wait a few minutes and try again.',
  },
  'token.not-found': { title: 'No such token', text: 'This token does not exist. It may have been revoked.' },
  'user.not-found': { title: 'No such account', text: 'This account does not exist. It may have been deleted.' },
};
