import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from '../../../../application/page.ts';
import { UUID } from '../../../../domain/shared/uuid.ts';
import { RequestError } from '../errors/request-error.ts';
import { closed, Type } from '../openapi/schema.ts';

const DEFAULT_LIMIT = 50;

/** Query parameters of every list. */
export const pageParameters = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: DEFAULT_LIMIT, description: 'Maximum number of items' }),
  ),
  cursor: Type.Optional(Type.String({ description: 'Position from the `Link` header of the previous page. Opaque' })),
};

export const PageQuery = Type.Object(pageParameters, closed);

/** The header of a list. */
export const LINK = { Link: Type.String({ description: 'The next page, `rel="next"`; absent on the last page' }) };

/** Converts the position at which a page ends into an opaque text and back. */
export class Cursor<Position> {
  readonly #write: (position: Position) => string;
  readonly #parse: (text: string) => Position | undefined;

  /** @param parse returns `undefined` for a text that `write` never makes */
  constructor(write: (position: Position) => string, parse: (text: string) => Position | undefined) {
    this.#write = write;
    this.#parse = parse;
  }

  encode(position: Position): string {
    return Buffer.from(this.#write(position)).toString('base64url');
  }

  /** @throws {RequestError} request.invalid */
  decode(cursor: string): Position {
    const position = this.#parse(Buffer.from(cursor, 'base64url').toString());
    if (position !== undefined && this.encode(position) === cursor) return position;
    throw new RequestError('request.invalid', 'cursor is not one of ours; follow the Link header.');
  }
}

/** For lists in the order of their ids. */
export const idCursor = new Cursor<string>(
  (id) => id,
  (text) => (UUID.test(text) ? text : undefined),
);

type PageRequest = Pick<FastifyRequest, 'url'> & { query: { limit?: number; cursor?: string } };

/**
 * Loads the page that the query asks for, and links to the next one.
 * @returns its items
 */
export const page = async <Item, Position>(
  request: PageRequest,
  reply: FastifyReply,
  cursor: Cursor<Position>,
  load: (query: { limit: number; after: Position | undefined }) => Promise<Page<Item, Position>>,
): Promise<readonly Item[]> => {
  const { limit = DEFAULT_LIMIT, cursor: sent } = request.query;
  const { items, next } = await load({ limit, after: sent === undefined ? undefined : cursor.decode(sent) });
  if (next !== undefined) {
    const url = new URL(request.url, 'http://localhost');
    url.searchParams.set('limit', String(limit));
    url.searchParams.set('cursor', cursor.encode(next));
    reply.header('link', `<${url.pathname}${url.search}>; rel="next"`);
  }
  return items;
};
