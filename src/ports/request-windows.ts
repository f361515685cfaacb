/** Counts requests in this process only, for limits that must be cheap and need not be exact across instances. */
export interface RequestWindows {
  /**
   * Counts one request of `subject`. The first request after the end of a window begins the next, and so does one in a
   * window that a clock that was ahead has begun.
   * @param nowMs Unix time in milliseconds
   */
  count(subject: string, windowMs: number, nowMs: number): Readonly<{ count: number; resetsAtMs: number }>;

  /** Returns the current window of `subject`; `undefined` where `count` would begin the next. */
  read(subject: string, windowMs: number, nowMs: number): Readonly<{ count: number; resetsAtMs: number }> | undefined;
}
