import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync, FastifyPluginOptions, FastifyTypeProvider, RawServerDefault } from 'fastify';
import type { TSchema } from 'typebox';
import type { SessionGuard } from '../security/authenticate.ts';

type TypesOf<Schema> = TypeBoxTypeProvider & { schema: Schema };
type Content = { content: Readonly<Record<string, { schema: TSchema }>> };

/** The library's types, and those of bodies that are described for each media type. */
interface SchemaTypes extends FastifyTypeProvider {
  validator: this['schema'] extends Content
    ? TypesOf<this['schema']['content'][keyof this['schema']['content']]['schema']>['validator']
    : TypesOf<this['schema']>['validator'];
  serializer: TypesOf<this['schema']>['serializer'];
}

/** Routes that need `Options`; body, params and query have the types of the schemas that the server enforces. */
export type Routes<Options extends FastifyPluginOptions> = FastifyPluginAsync<Options, RawServerDefault, SchemaTypes>;

/** Dependencies of routes with authenticated callers. */
export type Options<UseCases> = { useCases: UseCases; guard: SessionGuard };
