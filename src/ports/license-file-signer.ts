import type { LicenseFileClaims } from '../domain/license/license-file.ts';
import type { SigningKey } from '../domain/license/signing-key.ts';

/** Makes keys and signs with them. Every adapter passes test/contracts/license-file-signer.contract.ts. */
export interface LicenseFileSigner {
  /**
   * A new key, its private half sealed.
   * @throws {PortError} license-file.unavailable: there is nothing to seal it with
   */
  makeKey(): Promise<Pick<SigningKey, 'kid' | 'publicKey' | 'sealedPrivateKey'>>;

  /**
   * @returns the license file, a JWT in one line
   * @throws {PortError} license-file.unavailable: the key cannot be unsealed
   */
  sign(claims: LicenseFileClaims, key: SigningKey): Promise<string>;
}
