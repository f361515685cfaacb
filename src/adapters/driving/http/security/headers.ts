import { Socket } from 'node:net';
import helmet from 'helmet';
import { IncomingMessage, ServerResponse } from '../server/node-http.ts';

/** Answers are data: a browser that opens one may run, load and embed nothing. */
const DATA_ONLY = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  objectSrc: ["'none'"],
  frameAncestors: ["'none'"],
  formAction: ["'none'"],
  sandbox: [],
};

/** The pages of the API documentation: their own scripts and styles, nobody else's. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "object-src 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const collect = (): Readonly<Record<string, string>> => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: DATA_ONLY },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    crossOriginEmbedderPolicy: false,
  })(response.req, response, () => {});
  return { ...(response.getHeaders() as Record<string, string>), 'cache-control': 'no-store' };
};

/** Helmet's headers, asked for once: they are the same for every answer, those of the HTTP parser included. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = collect();
