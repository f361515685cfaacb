import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import FindMyWay from 'find-my-way';
import { RequestError } from '../errors/request-error.ts';

/**
 * Options of Fastify's router and of the one below: both must read a path alike. `maxParamLength` counts UTF-16 units after
 * decoding: the longest parameter has 300 code points.
 */
export const ROUTER_OPTIONS = { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 600 } as const;

type Methods = Map<string, RouteOptions>;

/**
 * Distinguishes a wrong method from an unknown path. Fastify answers both with 404, and takes `GET /users/import` for the
 * user `import`, because only `POST /users/import` is a route. Its own router is built at its first use.
 */
export class RouteTable {
  readonly #methodsByPath = new Map<string, Methods>();
  #router: FindMyWay.Instance<FindMyWay.HTTPVersion.V1> | undefined;

  /** Collects the routes that are added to `app` from now on. */
  constructor(app: FastifyInstance) {
    app.addHook('onRoute', (route) => {
      const methods: Methods = this.#methodsByPath.get(route.url) ?? new Map();
      for (const name of [route.method].flat()) methods.set(name, route);
      this.#methodsByPath.set(route.url, methods);
    });
  }

  /** @throws {RequestError} request.not-found or request.method-not-allowed */
  assertRoute(request: FastifyRequest): void {
    const route = request.routeOptions.url ?? '';
    if (!request.is404 && !route.includes(':')) return;
    const methods = this.#find(request);
    if (!request.is404 && methods === this.#methodsByPath.get(route)) return;
    if (methods === undefined) throw new RequestError('request.not-found', 'There is nothing at this path.');
    const allow = [...methods.keys()].sort().join(', ');
    throw new RequestError('request.method-not-allowed', `This path takes ${allow}.`, { headers: { allow } });
  }

  /** Returns the methods of the request's path that other origins may use. */
  corsMethods(request: FastifyRequest): string[] {
    const methods = [...(this.#find(request) ?? [])];
    return methods.flatMap(([name, { config }]) => (config?.cors === false ? [] : name)).sort();
  }

  #find({ url }: FastifyRequest): Methods | undefined {
    this.#router ??= this.#createRouter();
    return this.#router.find('GET', url.split('?', 1)[0] ?? '/')?.store as Methods | undefined;
  }

  #createRouter() {
    const router = FindMyWay(ROUTER_OPTIONS);
    for (const [path, methods] of this.#methodsByPath) {
      if (!router.hasRoute('GET', path)) router.on('GET', path, () => {}, methods);
    }
    return router;
  }
}
