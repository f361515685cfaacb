import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AcceptedVersions } from '../../../../domain/shared/accepted-versions.ts';
import { RequestError } from '../errors/request-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Changes nothing where the present version is none of those in `If-Match`. */
    takesIfMatch?: true;
  }
}

/** RFC 9110, section 9.2.1. */
export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** @throws {RequestError} request.invalid: the route does not take `If-Match`, or the header is malformed */
export const assertConditions = (request: FastifyRequest): void => {
  if (request.headers['if-match'] === undefined || SAFE_METHODS.has(request.method)) return;
  if (!request.routeOptions.config.takesIfMatch) {
    throw new RequestError('request.invalid', 'This route does not take If-Match.');
  }
  acceptedVersions(request);
};

const ONE_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
/** RFC 9110, section 5.6.1: a list may have empty entries, and has at least one tag. Each `"` is part of a tag. */
const TAGS = /^(?:,[ \t]*)*(?:W\/)?"[^"]*"(?:[ \t]*,(?:[ \t]*(?:W\/)?"[^"]*")?)*$/;

/** Returns the entity tags of a condition, or `*`; `undefined` for anything else. */
const parseTags = (header: string): readonly string[] | '*' | undefined => {
  const text = header.trim();
  if (text === '*') return text;
  if (!TAGS.test(text) || text.replaceAll(ONE_TAG, '').includes('"')) return undefined;
  return text.match(ONE_TAG) ?? undefined;
};

/** Returns the versions in `If-Match`. A weak tag matches none (RFC 9110, section 13.1.1), nor does one of another form. */
export const acceptedVersions = ({ headers }: FastifyRequest): AcceptedVersions => {
  const header = headers['if-match'];
  if (header === undefined) return undefined;
  const tags = parseTags(header);
  if (tags === undefined) throw new RequestError('request.invalid', 'If-Match must be * or a list of entity tags.');
  return tags === '*'
    ? undefined
    : tags.flatMap((tag) => (/^"[1-9]\d{0,14}"$/.test(tag) ? Number(tag.slice(1, -1)) : []));
};

/** Whether the client has the representation with this tag already. The comparison is weak (RFC 9110, section 13.1.2). */
export const isUnchanged = ({ headers }: FastifyRequest, etag: string): boolean => {
  const tags = parseTags(headers['if-none-match'] ?? '');
  if (tags === undefined) return false;
  return tags === '*' || tags.some((tag) => tag.replace(/^W\//, '') === etag.replace(/^W\//, ''));
};

/** The tag that a later `If-Match` refers to. */
export const entityTag = ({ version }: Readonly<{ version: number }>): string => `"${version}"`;

export const setVersion = (reply: FastifyReply, resource: Readonly<{ version: number }>): FastifyReply =>
  reply.header('etag', entityTag(resource));
