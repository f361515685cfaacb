import type { FastifyInstance, FastifyRequest } from 'fastify';
import FindMyWay from 'find-my-way';
import { RequestError } from '../errors/request-error.ts';

/** Options of Fastify's router and of the one below: both must read a path alike. */
export const ROUTER_OPTIONS = { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 400 } as const;

/**
 * Tells a wrong method from an unknown path. Fastify answers both with 404, and takes `GET /users/import` for the user
 * `import` where only `POST /users/import` is a route. The second router is built at its first use.
 * @returns a function that throws request.not-found or request.method-not-allowed for a request without a route
 */
export const routeChecker = (app: FastifyInstance): ((request: FastifyRequest) => void) => {
  const methodsByPath = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByPath.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    methodsByPath.set(url, methods);
  });

  let router: FindMyWay.Instance<FindMyWay.HTTPVersion.V1> | undefined;
  return ({ is404, routeOptions: { url: route = '' }, url }) => {
    if (!is404 && !route.includes(':')) return;
    router ??= pathRouter(methodsByPath);
    const path = url.split('?', 1)[0] ?? '/';
    const allowed = router.find('GET', path)?.store as ReadonlySet<string> | undefined;
    if (!is404 && allowed === methodsByPath.get(route)) return;
    if (allowed === undefined) throw new RequestError('request.not-found', 'There is nothing at this path.');
    const allow = [...allowed].sort().join(', ');
    throw new RequestError('request.method-not-allowed', `This path takes ${allow}.`, { headers: { allow } });
  };
};

const pathRouter = (methodsByPath: ReadonlyMap<string, ReadonlySet<string>>) => {
  const router = FindMyWay(ROUTER_OPTIONS);
  for (const [path, methods] of methodsByPath) {
    if (!router.hasRoute('GET', path)) router.on('GET', path, () => {}, methods);
  }
  return router;
};
