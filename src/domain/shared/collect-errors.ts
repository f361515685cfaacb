import { DomainError, type DomainErrorCode } from './domain-error.ts';

/**
 * Parses every part and tells of all broken rules at once, so that nobody mends a form one fault at a time.
 * @throws {DomainError} `code`, with the messages of every part that refused
 */
export const collectErrors = <Parts extends Record<string, unknown>>(
  code: DomainErrorCode,
  parts: { readonly [Key in keyof Parts]: () => Parts[Key] },
): Parts => {
  const parsed: Partial<Parts> = {};
  const messages: string[] = [];
  for (const key of Object.keys(parts) as (keyof Parts)[]) {
    try {
      parsed[key] = parts[key]();
    } catch (refusal) {
      if (!(refusal instanceof DomainError)) throw refusal;
      messages.push(...refusal.messages);
    }
  }
  if (messages.length > 0) throw new DomainError(code, messages);
  return parsed as Parts;
};
