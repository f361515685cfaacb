import { createRequire } from 'node:module';
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import type { AccessLog, AccessLogEntry } from '../../../ports/access-log.ts';
import type { Clock } from '../../../ports/clock.ts';
import { JsonAccessLog } from './access-log-writer.ts';
import { BatchedDestination } from './batched-destination.ts';
import { errorFields } from './error-fields.ts';
import { escaped, escapeLine } from './escape-line.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export type LogSettings = Readonly<{
  level: LogLevel;
  /** `json`: one object a line; `pretty`: readable text. */
  format: 'json' | 'pretty';
}>;

/**
 * Logger of the process. A line is written before the call returns, so that a kill loses none; writing in the background
 * is no faster, and would wait for password hashes to leave the thread pool. A reader that stops reading the output
 * therefore stops the process.
 *
 * Pass fields first and a constant message after them. Text of a client belongs into a field: in the message `%s` would
 * be a placeholder.
 *
 * @param sink destination of finished lines; default: standard output
 */
export const createLogger = ({ level, format }: LogSettings, sink: DestinationStream = stdout()): Logger =>
  pino(
    {
      level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields, error: errorFields, req: requestFields, res: responseFields, ...OMITTED },
      hooks: { streamWrite: escapeLine },
    },
    format === 'pretty' ? readable(sink) : sink,
  );

/**
 * Logger and access log of a service.
 * @param clock gives the time of the lines of the access log
 * @param sink receives each line at once; default: standard output
 */
export const openLog = (
  settings: LogSettings,
  clock: Clock,
  sink?: DestinationStream,
): Readonly<{ logger: Logger; accessLog: AccessLog }> => {
  const batched = new BatchedDestination(sink ?? stdout());
  const logger = createLogger(settings, batched);
  if (!logger.isLevelEnabled('info')) return { logger, accessLog: { write: () => {} } };
  if (settings.format === 'pretty')
    return { logger, accessLog: { write: (entry) => logger.info(fieldsOf(entry), 'request') } };
  const immediate = { writeLater: (line: string) => batched.write(line) };
  return { logger, accessLog: new JsonAccessLog(sink === undefined ? batched : immediate, clock) };
};

const fieldsOf = ({ requestId, userId, ...rest }: AccessLogEntry) => ({
  request_id: requestId,
  ...rest,
  user_id: userId,
});

/** Maximum size of the lines that are kept while they cannot be written, as on a full disk. More are dropped. */
const MAX_UNWRITTEN_BYTES = 4 * 1024 * 1024;

/**
 * Standard output. Lines that cannot be written wait for the next line, with which they are attempted again. Without
 * pino's `flushSync`, which after a fatal line would wait for a full disk.
 */
const stdout = (): DestinationStream => {
  const output = destination({ dest: 1, sync: true, maxLength: MAX_UNWRITTEN_BYTES });
  output.on('error', () => {});
  // A dropped line is not an attempt by itself.
  output.on('drop', () => output.write(''));
  return { write: (line) => void output.write(line) };
};

/** Method and path, without the query, which may contain secrets. */
const requestFields = ({ method, url }: { method?: string; url?: string }) => ({ method, path: url?.split('?', 1)[0] });

const responseFields = ({ statusCode }: { statusCode?: number }) => ({ status: statusCode });

const omitted = (): undefined => undefined;

const OMITTED = { headers: omitted, rawHeaders: omitted, body: omitted, payload: omitted, query: omitted };

/**
 * Uses the formatter of pino-pretty and not its stream, which writes asynchronously and loses lines at exit. Loaded only
 * for this format.
 */
const readable = (sink: DestinationStream): DestinationStream => {
  const { prettyFactory }: typeof import('pino-pretty') = createRequire(import.meta.url)('pino-pretty');
  const prettify = prettyFactory({
    ignore: 'pid,hostname',
    singleLine: true,
    translateTime: "UTC:HH:MM:ss.l'Z'",
  });
  return { write: (line) => sink.write(escaped(prettify(line))) };
};
