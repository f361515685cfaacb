/**
 * `node:http`, asked for by name. An import reads every field of it, and one of them is a WebSocket client that nobody
 * here wants and that is made when it is looked at: 25 ms of every start, and 14 MB for good.
 */
export const { createServer, IncomingMessage, ServerResponse, STATUS_CODES } = process.getBuiltinModule('node:http');
