/** The other end of the line, as far as the edge can tell. Used for limits and for the log, never for trust. */
export type Client = Readonly<{
  ip: string;
  userAgent: string;
  requestId: string;
}>;
