/** The log with one line for each response. */
export interface AccessLog {
  write(entry: AccessLogEntry): void;
}

export type AccessLogEntry = Readonly<{
  requestId: string;
  method: string;
  /** Without its query, which may hold secrets. */
  path: string;
  status: number;
  /** Duration of the request. Unit: ms. */
  ms: number;
  /** `undefined`: the client has disconnected. */
  ip: string | undefined;
  userId: string | undefined;
}>;
