/**
 * As much of bench's own packages as we use, so that the root's `tsc` reads this folder without having them installed.
 */
declare module 'autocannon' {
  type Sent = { method: string; path: string; headers: Record<string, string>; body?: string };
  type Latency = { p50: number; p99: number };
  type Result = {
    requests: { total: number };
    duration: number;
    latency: Latency;
    errors: number;
    timeouts: number;
    non2xx: number;
  };
  type Options = {
    url: string;
    connections: number;
    duration: number;
    requests: (Partial<Sent> & { setupRequest?: (request: Sent) => Sent })[];
  };
  const autocannon: (options: Options) => Promise<Result>;
  export default autocannon;
}

declare module 'better-auth' {
  type Found = { user: { email: string } } | null;
  export const betterAuth: (options: object) => {
    handler: (request: Request) => Promise<Response>;
    api: { getSession: (asked: { headers: Headers }) => Promise<Found> };
    options: object;
  };
}

declare module 'better-auth/db/migration' {
  export const getMigrations: (options: object) => Promise<{ runMigrations: () => Promise<void> }>;
}

declare module 'better-auth/node' {
  import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
  export const fromNodeHeaders: (headers: IncomingHttpHeaders) => Headers;
  export const toNodeHandler: (auth: object) => (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}
