import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressOf } from '../request/client.ts';
import type { SessionGuard } from '../security/authenticate.ts';
import type { AccessLog, HttpMetrics } from './http-metrics.ts';

const LONGEST_PATH = 200;

/** Who is told of each answer. */
export type Observers = Readonly<{ metrics: HttpMetrics; answerLines: AccessLog }>;

/** One line and one observation an answer. The query stays out of the log: people put secrets there. */
export const watchAnswers = (app: FastifyInstance, watchers: Observers, guard: SessionGuard): void => {
  app.addHook('onResponse', (request, reply, done) => {
    noteAnswer(request, reply, watchers, guard.userIdOf(request));
    done();
  });
};

export const noteAnswer = (
  request: FastifyRequest,
  { elapsedTime, statusCode: status }: FastifyReply,
  { metrics, answerLines }: Observers,
  userId: string | undefined,
): void => {
  const { id: requestId, method, is404, routeOptions, url } = request;
  const route = routeOptions.url ?? 'unmatched';
  metrics.observeRequest({ method: is404 ? 'any' : method, route, status, seconds: elapsedTime / 1000 });
  const query = url.indexOf('?');
  const path = url.slice(0, Math.min(query === -1 ? LONGEST_PATH : query, LONGEST_PATH));
  const ip = addressOf(request);
  answerLines.note({ requestId, method, path, status, ms: Math.round(elapsedTime * 10) / 10, ip, userId });
};
