/** What can be wrong with a request before anybody asks what it wants. */
export type RequestErrorCode =
  | 'request.cross-origin'
  | 'request.headers-too-large'
  | 'request.invalid'
  | 'request.method-not-allowed'
  | 'request.misdirected'
  | 'request.not-found'
  | 'request.timeout'
  | 'request.too-large'
  | 'request.unsupported-media-type'
  | 'server.failed'
  | 'server.overloaded'
  | 'service.not-ready';

/** Telling of more faults than this helps nobody. */
export const MAX_ERRORS = 20;

/** The edge refuses. `messages`: one per fault, never empty, naming the field where there is one. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;
  readonly messages: readonly string[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: RequestErrorCode,
    what: string | readonly string[],
    options: ErrorOptions & { headers?: Readonly<Record<string, string>> } = {},
  ) {
    const messages = typeof what === 'string' ? [what] : what;
    super(messages.join(' '), options);
    this.code = code;
    this.messages = messages;
    this.headers = options.headers ?? {};
  }
}
