/**
 * One request as a client sends it. `{n}` in path or body stands for a number of eight digits that was not sent
 * before.
 */
export type Ask = Readonly<{
  method?: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}>;

/** As fast as it goes: so many connections, each of which asks again as soon as it is answered, one ask after another. */
export type LoadPlan = Readonly<{
  url: string;
  connections: number;
  seconds: number;
  asks: readonly Ask[];
  /** The first number for `{n}`. */
  firstNumber: number;
}>;

export type LoadResult = Readonly<{
  /** Answered in time. */
  requests: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** Broken connections, time-outs, and answers that are neither 2xx nor 3xx. */
  failures: number;
}>;

/** Eight digits, so that the length of what is sent does not depend on the number. */
export const numbered = (text: string, number: number): string =>
  text.replaceAll('{n}', String(number % 100_000_000).padStart(8, '0'));

/** The ask as it goes over the wire, `{n}` not yet replaced. */
export const wireFormOf = ({ method = 'GET', path, headers = {}, body }: Ask, url: string): string => {
  const length: Record<string, string> =
    body === undefined ? {} : { 'content-length': String(Buffer.byteLength(numbered(body, 0))) };
  const lines = Object.entries({ host: new URL(url).host, ...headers, ...length }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
};
