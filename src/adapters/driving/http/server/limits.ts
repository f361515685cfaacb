/** How long things may take, and how large they may be. docs/security.md lists them; a test compares. */
export const HTTP_LIMITS = {
  bodyBytes: 65_536,
  headerBytes: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  handlerTimeoutMs: 20_000,
  keepAliveTimeoutMs: 5_000,
  /** Of a connection on which nothing moves: its client does not read what it asked for. */
  stalledConnectionMs: 30_000,
  connectionsCheckingIntervalMs: 1_000,
  connections: 5_000,
  unansweredPerConnection: 100,
} as const;

export type HttpLimits = Readonly<Record<keyof typeof HTTP_LIMITS, number>>;
