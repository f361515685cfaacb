import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressOf } from './client-of.ts';
import type { HttpMetrics } from './http-metrics.ts';
import type { SessionGuard } from './session-guard.ts';

const LONGEST_PATH = 200;

/** One line and one observation an answer. The query stays out of the log: people put secrets there. */
export const watchAnswers = (app: FastifyInstance, metrics: HttpMetrics, guard: SessionGuard): void => {
  app.addHook('onResponse', (request, reply, done) => {
    noteAnswer(request, reply, metrics, guard.userIdOf(request));
    done();
  });
};

export const noteAnswer = (
  request: FastifyRequest,
  { elapsedTime: ms, statusCode: status }: FastifyReply,
  metrics: HttpMetrics,
  userId: string | undefined,
): void => {
  const { id, method, is404, routeOptions } = request;
  const route = routeOptions.url ?? 'unmatched';
  metrics.observeRequest({ method: is404 ? 'any' : method, route, status, seconds: ms / 1000 });
  const path = request.url.split('?', 1)[0]?.slice(0, LONGEST_PATH);
  const line = {
    request_id: id,
    method,
    path,
    status,
    ms: Math.round(ms * 10) / 10,
    ip: addressOf(request),
    user_id: userId,
  };
  request.log.info(line, 'request');
};
