import { DomainError } from '../shared/domain-error.ts';
import { type Message, message } from '../shared/message.ts';
import { Secret } from '../shared/secret.ts';
import { codePoints, foldCase, toNfc } from '../shared/unicode.ts';
import { Email } from './email.ts';

const MAX_LENGTH = 128;

/** Passwords that an attacker tries first because they name this service. */
export const CONTEXT_WORDS: readonly string[] = ['guildhall'];

type Person = Readonly<{ email: string; presentEmail?: string | undefined; name?: string | null }>;

/** Rules for chosen passwords: minimum and maximum length, not common, and not from the person's own record. */
export class PasswordPolicy {
  readonly #minLength: number;
  readonly #isCommon: (candidate: string) => boolean;

  /** @param rules.isCommon receives the password in lower case. Context words are rejected in any case. */
  constructor(rules: { minLength: number; isCommon: (candidate: string) => boolean }) {
    this.#minLength = rules.minLength;
    this.#isCommon = rules.isCommon;
  }

  /**
   * Checks a new password and returns the form to hash. The form is NFC, because keyboards encode the same text
   * differently.
   * @param person.presentEmail beside a requested one
   * @throws {DomainError} user.invalid, with all broken rules
   */
  accept(candidate: Secret, person: Person): Secret {
    const raw = candidate.reveal();
    if (!raw.isWellFormed()) throw new DomainError('user.invalid', message`${'password'} must be well-formed Unicode.`);
    const password = toNfc(raw);
    const details = [...this.#lengthErrors(password), ...this.#guessableErrors(password, person)];
    if (details.length > 0) throw new DomainError('user.invalid', details);
    return new Secret(password);
  }

  /** The form to compare with a stored hash. Never throws: text that breaks the policy matches no hash. */
  static normalize(candidate: Secret): Secret {
    return new Secret(toNfc(candidate.reveal()));
  }

  #lengthErrors(password: string): Message[] {
    const length = codePoints(password);
    return length < this.#minLength || length > MAX_LENGTH
      ? [message`${'password'} must be ${this.#minLength} to ${MAX_LENGTH} characters long.`]
      : [];
  }

  #guessableErrors(password: string, { email, presentEmail = email, name }: Person): Message[] {
    const lower = foldCase(password);
    const addresses = [email, presentEmail];
    const own = [...addresses, ...addresses.map(Email.localPart), name ?? ''].map(foldCase);
    const errors: Message[] = [];
    if (own.some((text) => text !== '' && text === lower)) {
      errors.push(message`${'password'} must not be the email address or the name.`);
    }
    if (CONTEXT_WORDS.includes(lower) || this.#isCommon(lower)) {
      errors.push(message`${'password'} is one of the most common ones; choose another.`);
    }
    return errors;
  }
}
