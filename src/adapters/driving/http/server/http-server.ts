import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { BatchedResponse } from './batched-response.ts';
import type { ConnectionTracker } from './connections.ts';
import type { HttpLimits } from './limits.ts';
import { createServer } from './node-http.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Creates Node's server with our limits. {@link ConnectionTracker} decides which requests are handled. */
export const createHttpServer = (
  handle: Handler,
  { limits, connections }: { limits: HttpLimits; connections: ConnectionTracker },
): Server => {
  const server = createServer(
    {
      ServerResponse: BatchedResponse,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: limits.connectionsCheckingIntervalMs,
      maxHeaderSize: limits.headerBytes,
      requireHostHeader: false,
    },
    (request, response) => {
      if (connections.accept(request, response)) handle(request, response);
    },
  );
  server.timeout = limits.stalledConnectionMs;
  server.maxConnections = limits.connections;
  // A full worker drops connections itself; else the primary of the cluster would pass them from worker to worker.
  Object.assign(server, { dropMaxConnection: true });
  connections.attach(server);
  return server;
};
