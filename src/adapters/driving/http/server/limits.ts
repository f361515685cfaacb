/** Time-outs and maximum sizes of HTTP. docs/security.md lists them, and a test compares. */
export const HTTP_LIMITS = {
  bodyBytes: 65_536,
  headerBytes: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  handlerTimeoutMs: 20_000,
  /** Time without traffic after which a connection is closed: its client does not read the response. */
  stalledConnectionMs: 30_000,
  connectionsCheckingIntervalMs: 1_000,
  connections: 5_000,
  unansweredPerConnection: 100,
} as const;

/** These limits, and the setting KEEP_ALIVE_TIMEOUT. */
export type HttpLimits = Readonly<Record<keyof typeof HTTP_LIMITS | 'keepAliveTimeoutMs', number>>;
