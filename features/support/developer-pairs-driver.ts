export type NetworkName = 'Twitter' | 'GitHub';

/** The connection of a pair as a client reads it. */
export type Connection =
  | Readonly<{ connected: true; organisations: readonly string[] }>
  | Readonly<{ connected: false }>;

/** Time to the minute. */
export type HistoryEntry = Readonly<{ at: string; connection: Connection }>;

export type HistoryPage = Readonly<{ entries: readonly HistoryEntry[]; next: string | undefined }>;

/** A check that came to no answer: by which code, and in which words. */
export class CheckRejected extends Error {
  readonly code: string;
  readonly messages: readonly string[];

  constructor(code: string, messages: readonly string[]) {
    super(`${code}: ${messages.join(' ')}`);
    this.code = code;
    this.messages = messages;
  }
}

/** What happens on the networks, and what a person can ask about pairs. Each assembly implements it once. */
export interface DeveloperPairsDriver {
  join(network: NetworkName, name: string): void;
  follow(from: string, to: string): void;
  unfollow(from: string, to: string): void;
  show(name: string, organisations: readonly string[]): void;
  protect(name: string): void;
  goDown(network: NetworkName): void;
  passTime(ms: number): void;

  /** @throws {CheckRejected} */
  check(one: string, other: string): Promise<Connection>;
  history(one: string, other: string, query: { limit: number; next?: string }): Promise<HistoryPage>;
  close(): Promise<void>;
}

/** `2026-01-01T02:00:00Z`, or with milliseconds, as features write it. */
export const toTheMinute = (instant: string): string => instant.slice(0, 16).replace('T', ' ');
