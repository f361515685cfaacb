import { DomainError } from '../shared/domain-error.ts';
import { Secret } from '../shared/secret.ts';
import { codePoints, foldCase, toNfc } from '../shared/unicode.ts';
import { Email } from './email.ts';

const MAX_LENGTH = 128;

/** Words an attacker tries first because the page says them. */
export const CONTEXT_WORDS: readonly string[] = ['guildhall'];

/** What a password may be: long enough, not too long, and not what everybody or the person's own record says. */
export class PasswordPolicy {
  readonly #minLength: number;
  readonly #isCommon: (candidate: string) => boolean;

  /** @param rules.isCommon asked with the password in lower case; `() => false` switches the list off, not our own words */
  constructor(rules: { minLength: number; isCommon: (candidate: string) => boolean }) {
    this.#minLength = rules.minLength;
    this.#isCommon = rules.isCommon;
  }

  /**
   * The password in the form to hash (NFC), so that two keyboards that write one text differently both open the door.
   * @throws {DomainError} user.invalid, one sentence per broken rule
   */
  accept(candidate: Secret, person: { email: string; name?: string | null }): Secret {
    const typed = candidate.reveal();
    if (!typed.isWellFormed()) throw new DomainError('user.invalid', 'password must be well-formed Unicode.');
    const password = toNfc(typed);
    const messages = [...this.#lengthFaults(password), ...this.#guessableFaults(password, person)];
    if (messages.length > 0) throw new DomainError('user.invalid', messages);
    return new Secret(password);
  }

  /** What to compare with a stored hash. Never refuses: a text that no policy allows opens no account. */
  static normalize(candidate: Secret): Secret {
    return new Secret(toNfc(candidate.reveal()));
  }

  #lengthFaults(password: string): string[] {
    const length = codePoints(password);
    return length < this.#minLength || length > MAX_LENGTH
      ? [`password must be ${this.#minLength} to ${MAX_LENGTH} characters long.`]
      : [];
  }

  #guessableFaults(password: string, { email, name }: { email: string; name?: string | null }): string[] {
    const lower = foldCase(password);
    const own = [email, Email.localPart(email), name ?? ''].map(foldCase);
    const faults: string[] = [];
    if (own.some((text) => text !== '' && text === lower)) {
      faults.push('password must not be the e-mail address or the name.');
    }
    if (CONTEXT_WORDS.includes(lower) || this.#isCommon(lower)) {
      faults.push('password is one of the most common ones; choose another.');
    }
    return faults;
  }
}
