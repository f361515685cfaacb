/**
 * A request to send. `{n}` in path or body is replaced with a number of eight digits that has not been sent before.
 */
export type RequestTemplate = Readonly<{
  method?: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}>;

/** Maximum throughput: each connection sends the next request as soon as it has a response, template after template. */
export type LoadPlan = Readonly<{
  url: string;
  connections: number;
  seconds: number;
  templates: readonly RequestTemplate[];
  /** The first number for `{n}`. */
  firstNumber: number;
}>;

export type LoadResult = Readonly<{
  /** Requests with a response in time. */
  requests: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** Connection errors, time-outs, and responses other than 2xx and 3xx. */
  failures: number;
}>;

/** Eight digits, so that the length of a request does not depend on the number. */
export const numbered = (text: string, number: number): string =>
  text.replaceAll('{n}', String(number % 100_000_000).padStart(8, '0'));

/** The request as sent over the wire, with `{n}` in it. */
export const wireFormOf = ({ method = 'GET', path, headers = {}, body }: RequestTemplate, url: string): string => {
  const length: Record<string, string> =
    body === undefined ? {} : { 'content-length': String(Buffer.byteLength(numbered(body, 0))) };
  const lines = Object.entries({ host: new URL(url).host, ...headers, ...length }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
};
