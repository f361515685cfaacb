import { DomainError } from './domain-error.ts';

/** The versions of a user or a license that the caller accepts as the present one; `undefined`: any. */
export type AcceptedVersions = readonly number[] | undefined;

/** @throws {DomainError} request.precondition-failed */
export const assertVersion = ({ version }: Readonly<{ version: number }>, accepted: AcceptedVersions): void => {
  if (accepted === undefined || accepted.includes(version)) return;
  throw new DomainError('request.precondition-failed', `Version ${version} is the present one. Nothing was changed.`);
};
