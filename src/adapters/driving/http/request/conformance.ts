import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { isSameAuthority } from './authority.ts';

const HOST = /^(?:[\w.~!$&'()*+,;=%-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
const ABSOLUTE = /^(https?):\/\/([^/?#]*)/i;

/**
 * Enforces the rules of HTTP that Node does not check. Whatever two programs on the way could read differently is
 * rejected: where each sees another host, path or length, one of them can be deceived.
 * @throws {RequestError} request.invalid
 */
export const assertConformant = (request: FastifyRequest, reply: FastifyReply): void => {
  const { headers, rawHeaders, httpVersion, url = '' } = request.raw;
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1) throw new RequestError('request.invalid', 'The request names more than one host.');
  if (hosts === 0 && httpVersion === '1.1') throw new RequestError('request.invalid', 'The request names no host.');
  if (headers.host !== undefined && !HOST.test(headers.host)) {
    throw new RequestError('request.invalid', 'The Host header is not well-formed.');
  }
  assertTarget(url, headers.host);
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    // The end of this body is unclear, and so is the beginning of a next request.
    reply.header('connection', 'close');
    throw new RequestError('request.invalid', 'Transfer-Encoding can only be chunked.');
  }
};

const assertTarget = (url: string, host: string | undefined): void => {
  if (!url.startsWith('/')) {
    const [, scheme, authority] = ABSOLUTE.exec(url) ?? [];
    if (authority === undefined) throw new RequestError('request.invalid', 'The target of a request must be a path.');
    if (!isSameAuthority(authority, host ?? '', scheme?.toLowerCase() === 'https' ? 'https' : 'http')) {
      throw new RequestError('request.invalid', 'The target of the request names another host than its Host header.');
    }
  }
  // Node and the router accept a fragment, and a proxy may take it for a part of the path.
  if (url.includes('#')) throw new RequestError('request.invalid', 'The target of a request has no fragment.');
  const query = url.indexOf('?');
  if (query !== -1 && !isPercentEncoded(url.slice(query + 1))) {
    throw new RequestError('request.invalid', 'The query is not percent-encoded UTF-8.');
  }
};

const isPercentEncoded = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

/** Turns `//docs` into `/docs`, also for the log and for redirects. */
export const collapseSlashes = (url: string): string => {
  if (!url.startsWith('/')) return url;
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  return path.includes('//') ? path.replaceAll(/\/{2,}/g, '/') + url.slice(path.length) : url;
};
