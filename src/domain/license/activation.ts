import type { Brand } from '../shared/brand.ts';
import type { Instant } from '../shared/instant.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { LicenseId } from './license-id.ts';
import { oneLineText } from './one-line-text.ts';

/** A machine's display name: 1 to 200 characters on one line. */
export type MachineName = Brand<string, 'MachineName'>;

export const MachineName = oneLineText<MachineName>('name', 200);

/** A machine that holds a seat on a license. A machine holds at most one seat on each license. */
export type Activation = Readonly<{
  licenseId: LicenseId;
  fingerprint: Fingerprint;
  name: MachineName | null;
  activatedAt: Instant;
}>;
