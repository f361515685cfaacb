export type PortErrorCode =
  | 'hashing.busy'
  | 'jwks.unavailable'
  | 'license-file.unavailable'
  | 'mail.refused'
  | 'mail.unavailable'
  | 'random-users.nonsense'
  | 'random-users.unavailable'
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
  /** For the client: names the service, and neither hosts nor secrets. */
  messages?: readonly string[];
  /** When to try again, as far as anybody knows. Whole seconds, at least 1. */
  retryAfterSeconds?: number;
};

/** The outside world let us down. Not a "no": we do not know the answer. */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly code: PortErrorCode;
  /** Safe to tell; none: the code's own words will do. */
  readonly messages: readonly string[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: PortErrorCode, message: string, options: PortErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.messages = options.messages ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** Several let us down at once: what the first did, what all say, and the longest of their waits. */
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
