import { DomainError, type DomainErrorCode } from './domain-error.ts';
import { type Field, message } from './message.ts';

/** @throws {DomainError} with `code`: not a whole number from `from` to `to` */
export const wholeNumber = (code: DomainErrorCode, field: Field, raw: number, from: number, to: number): number => {
  if (Number.isInteger(raw) && raw >= from && raw <= to) return raw;
  throw new DomainError(code, message`${field} must be a whole number from ${from} to ${to}.`);
};
