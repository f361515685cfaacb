import type { FastifyInstance } from 'fastify';
import type { HttpMetrics } from './http-metrics.ts';

const LONGEST_PATH = 200;

/** One line and one observation an answer. The query stays out of the log: people put secrets there. */
export const watchAnswers = (app: FastifyInstance, metrics: HttpMetrics): void => {
  app.addHook('onResponse', (request, reply, done) => {
    const ms = reply.elapsedTime;
    const { method } = request;
    const route = request.routeOptions.url ?? 'unmatched';
    const status = reply.statusCode;
    metrics.observeRequest({ method: request.is404 ? 'any' : method, route, status, seconds: ms / 1000 });
    const path = request.url.split('?', 1)[0]?.slice(0, LONGEST_PATH);
    request.log.info(
      { request_id: request.id, method, path, status, ms: Math.round(ms * 10) / 10, ip: request.ip },
      'request',
    );
    done();
  });
};
