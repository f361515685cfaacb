export type PortErrorCode =
  | 'hashing.busy'
  | 'jwks.unavailable'
  | 'license-file.unavailable'
  | 'mail.refused'
  | 'mail.unavailable'
  | 'random-users.nonsense'
  | 'random-users.unavailable'
  | 'sealing.unavailable'
  | 'store-backup.failed'
  | 'store-backup.invalid-path'
  | 'store-backup.not-found'
  | 'store-backup.refused'
  | 'store-copy.incomplete'
  | 'store-copy.refused'
  | 'store.unavailable'
  | 'upstream.exhausted'
  | 'upstream.nonsense'
  | 'upstream.refused'
  | 'upstream.unavailable'
  | 'user-intake.refused'
  | 'user-intake.unavailable';

export type PortErrorOptions = ErrorOptions & {
  /** Public messages: they name the service, and neither hosts nor secrets. */
  messages?: readonly string[];
  /** Time to wait before a retry, if known. Whole seconds, at least 1. */
  retryAfterSeconds?: number;
};

/** A failure of an external system. The result is unknown. `message` is internal: it may name hosts. */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly code: PortErrorCode;
  /** Public messages; empty: the general text of the code applies. */
  readonly messages: readonly string[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: PortErrorCode, message: string, options: PortErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.messages = options.messages ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** Combines failures: the code of the first, the messages of all, and the longest wait. */
  static together(errors: readonly [PortError, ...PortError[]]): PortError {
    const [first, ...others] = errors;
    if (others.length === 0) return first;
    const waits = errors.flatMap(({ retryAfterSeconds }) => retryAfterSeconds ?? []);
    return new PortError(first.code, errors.map(({ message }) => message).join('; '), {
      cause: new AggregateError(errors),
      messages: [...new Set(errors.flatMap(({ messages }) => messages))],
      ...(waits.length === 0 ? {} : { retryAfterSeconds: Math.max(...waits) }),
    });
  }
}
