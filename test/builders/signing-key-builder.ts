import type { SigningKey } from '../../src/domain/license/signing-key.ts';
import { NEW_YEAR } from './instants.ts';

/** A current key (its halves are made up: it signs nothing). Override only what the test is about. */
export const aSigningKey = (key: Partial<SigningKey> = {}): SigningKey => ({
  kid: 'key-1',
  publicKey: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  sealedPrivateKey: 'v1.sealed',
  createdAt: NEW_YEAR,
  maxTtlMs: 86_400_000,
  isPending: false,
  publishedUntil: null,
  ...key,
});
