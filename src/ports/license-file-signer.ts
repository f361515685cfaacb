import type { LicenseFileClaims } from '../domain/license/license-file.ts';
import type { SigningKey } from '../domain/license/signing-key.ts';

/** Creates signing keys and signs license files. */
export interface LicenseFileSigner {
  /**
   * A new key with an encrypted private half.
   * @throws {PortError} license-file.unavailable: no secret is configured to encrypt it with
   */
  makeKey(): Promise<Pick<SigningKey, 'kid' | 'publicKey' | 'sealedPrivateKey'>>;

  /**
   * @returns the license file, a JWT in compact form
   * @throws {PortError} license-file.unavailable: the key cannot be decrypted
   */
  sign(claims: LicenseFileClaims, key: SigningKey): Promise<string>;
}
