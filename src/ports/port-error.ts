export type PortErrorCode =
  | 'hashing.busy'
  | 'jwks.unavailable'
  | 'license-file.unavailable'
  | 'mail.refused'
  | 'mail.unavailable'
  | 'random-users.nonsense'
  | 'random-users.unavailable'
  | 'store.unavailable'
  | 'user-intake.refused'
  | 'user-intake.unavailable';

/** The outside world let us down. Not a "no": we do not know the answer. */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly code: PortErrorCode;

  constructor(code: PortErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
