import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessLog } from '../../../../ports/access-log.ts';

export interface HttpMetrics {
  /** @param request.route the route's template, never the path: clients must not create labels */
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void;
  /** Counts rejected connections and messages that never became a request. @param code one of a closed list */
  countRejected(code: string): void;
  /** @param requests.count number of requests in flight, read at each scrape */
  watchRequests(requests: { readonly count: number }): void;
  render(): Promise<{ contentType: string; text: string }>;
}

export type Observers = Readonly<{ metrics: HttpMetrics; accessLog: AccessLog }>;

const MAX_PATH_LENGTH = 200;

/** Logs and measures every response. */
export const observeResponses = (app: FastifyInstance, observers: Observers): void => {
  app.addHook('onResponse', (request, reply, done) => {
    observeResponse(request, reply, observers);
    done();
  });
};

export const observeResponse = (
  request: FastifyRequest,
  { elapsedTime, statusCode: status }: FastifyReply,
  { metrics, accessLog }: Observers,
): void => {
  const { id: requestId, method, is404, routeOptions, url, clientIp: ip, userId } = request;
  const route = routeOptions.url ?? 'unmatched';
  metrics.observeRequest({ method: is404 ? 'any' : method, route, status, seconds: elapsedTime / 1000 });
  // A target with a fragment is rejected, and logged.
  const end = url.search(/[?#]/);
  const path = url.slice(0, Math.min(end === -1 ? MAX_PATH_LENGTH : end, MAX_PATH_LENGTH));
  const ms = Math.round(elapsedTime * 10) / 10;
  accessLog.write({ requestId, method, path, status, ms, ip, userId });
};
