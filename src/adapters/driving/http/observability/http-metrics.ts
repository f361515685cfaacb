/** What the edge counts, and how the counts are read. */
export interface HttpMetrics {
  /** @param request.route the template, never the path: labels must not grow with what strangers try */
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void;
  /** What never became a request to handle. @param code why, one of a closed list */
  countRefused(code: string): void;
  /** @param requests.count those being handled; read when somebody asks */
  watchRequests(requests: { readonly count: number }): void;
  render(): Promise<{ contentType: string; text: string }>;
}

/** The line that the log has for every answer. */
export interface AccessLog {
  /** @param answer.path without its query, where people put secrets */
  note(
    answer: Readonly<{
      requestId: string;
      method: string;
      path: string;
      status: number;
      /** How long it took. Unit: ms. */
      ms: number;
      /** Who has hung up meanwhile has none. */
      ip: string | undefined;
      userId: string | undefined;
    }>,
  ): void;
}
