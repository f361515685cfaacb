import type { Field } from '../../../../domain/shared/message.ts';

/** Errors of the HTTP edge itself, raised before a use case runs. */
export type RequestErrorCode =
  | 'request.cross-origin'
  | 'request.form-token'
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

/** Maximum number of messages in one error. */
export const MAX_MESSAGES = 20;

const MAX_NAME_LENGTH = 60;

/** Returns the name of a field as a message may show it: the client chose it, so it may be any text of any length. */
export const fieldName = (field: string): string => {
  const name = field.slice(0, MAX_NAME_LENGTH).toWellFormed();
  return name === '' ? 'A field without a name' : name;
};

/** Messages of bodies and queries that break the form of a route. */
export const NOT_AN_OBJECT = 'The body must be a JSON object.';
export const unknownField = (name: string): string => `${name} is not a field of this request.`;

/** Returns the name of a field in JSON, queries and forms: that of the domain in snake case. */
export const wireName = (field: Field): string => field.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

/** The edge rejects a request. `messages`: one per fault, never empty, naming the field where there is one. */
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
