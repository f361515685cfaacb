import type { IncomingHttpHeaders } from 'node:http';

/** docs/developer-pairs.md lists them; a test compares. */
export const UPSTREAM_LIMITS = {
  /** Of one answer. */
  bytes: 2_000_000,
  /** Of an address that we ask. Links and page tokens come from outside. */
  urlCharacters: 2_000,
  /** Attempts after the first. */
  retries: 2,
  firstRetryMs: 50,
  longestRetryMs: 1_000,
  /** Failures in a row, after which it is left alone. */
  failures: 5,
  restMs: 10_000,
} as const;

export type UpstreamSettings = Readonly<{
  /** As people call it: it stands in what we tell clients. */
  service: string;
  baseUrl: string;
  userAgent: string;
  /** For a whole question, however many calls and attempts it takes. Unit: ms. */
  deadlineMs: number;
  /** At a time; more wait for their turn. */
  connections: number;
  limits?: Partial<Record<keyof typeof UPSTREAM_LIMITS, number>>;
}>;

/** Told of each call on the wire, and of what is left of each quota. */
export type UpstreamObserver = Readonly<{
  observeCall(call: { service: string; result: string; seconds: number }): void;
  observeQuota(left: { service: string; quota: string; remaining: number }): void;
  observeCircuit(circuit: { service: string; isOpen: boolean }): void;
}>;

export type UpstreamRequest = Readonly<{
  url: URL;
  method?: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Tells apart who asks: with equal method and URL, the same question. */
  as: string;
}>;

/** Anything below 500. */
export type UpstreamAnswer = Readonly<{
  status: number;
  headers: IncomingHttpHeaders;
  /** `undefined`: it was no JSON. */
  json: unknown;
}>;

/** `undefined`: it is no JSON. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Whole seconds in a header; `undefined` where there are none. */
export const secondsIn = (header: string | string[] | undefined): number | undefined =>
  typeof header === 'string' && /^\d{1,10}$/.test(header) ? Number(header) : undefined;
