/** What a walk through the API needs to know, and what it finds. */
export type Visit = Readonly<{ baseUrl: string; adminKey: string; email: string; password: string }>;
export type Findings = Readonly<{ user: string; ownEmail: string; code: string; valid: boolean; problem: string }>;

/** The session token of a log-in. */
export const tokenIn = ({ headers }: Response): string =>
  headers.getSetCookie()[0]?.match(/^session_id=([^;]+)/)?.[1] ?? '';
