/** The client of a request, as the edge sees it. Used for limits and for the log, never for trust. */
export type Client = Readonly<{
  ip: string;
  userAgent: string;
  requestId: string;
}>;
