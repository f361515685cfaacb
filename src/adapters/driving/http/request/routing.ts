import type { FastifyInstance, FastifyRequest } from 'fastify';
import FindMyWay from 'find-my-way';
import { RequestError } from '../errors/request-error.ts';

/** Both routers must read a path alike. */
export const ROUTER_OPTIONS = { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 400 } as const;

/**
 * Tells a wrong method from a wrong path: Fastify answers 404 to both, and takes `GET /users/import` for the user named
 * `import` where only `POST` is a route of its own. Watches the routes as they are added; the look-up is built when it
 * is first needed.
 * @returns what is wrong with the path or the method of a request; `undefined` where nothing is
 */
export const watchRoutes = (app: FastifyInstance): ((request: FastifyRequest) => RequestError | undefined) => {
  const methodsByPath = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByPath.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    methodsByPath.set(url, methods);
  });

  let paths: FindMyWay.Instance<FindMyWay.HTTPVersion.V1> | undefined;
  return ({ is404, routeOptions: { url: route = '' }, url }) => {
    if (!is404 && !route.includes(':')) return undefined;
    paths ??= pathRouter(methodsByPath);
    const path = url.split('?', 1)[0] ?? '/';
    const allowed = paths.find('GET', path)?.store as ReadonlySet<string> | undefined;
    if (!is404 && allowed === methodsByPath.get(route)) return undefined;
    if (allowed === undefined) return new RequestError('request.not-found', 'There is nothing at this path.');
    const allow = [...allowed].sort().join(', ');
    return new RequestError('request.method-not-allowed', `This path takes ${allow}.`, { headers: { allow } });
  };
};

const pathRouter = (methodsByPath: ReadonlyMap<string, ReadonlySet<string>>) => {
  const router = FindMyWay(ROUTER_OPTIONS);
  for (const [path, methods] of methodsByPath) {
    if (!router.hasRoute('GET', path)) router.on('GET', path, () => {}, methods);
  }
  return router;
};
