/**
 * Counts requests in this process alone, without asking the store: for limits that must cost nothing and need not be
 * exact across instances.
 *
 * Every adapter passes test/contracts/request-windows.contract.ts.
 */
export interface RequestWindows {
  /**
   * Counts one request of `subject`. A window that has ended begins anew.
   * @param nowMs Unix time in milliseconds
   */
  count(subject: string, windowMs: number, nowMs: number): Readonly<{ count: number; resetsAtMs: number }>;
}
