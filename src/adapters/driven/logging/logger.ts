import { createRequire } from 'node:module';
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { type AccessLogWriter, JsonAccessLog, PinoAccessLog } from './access-log-writer.ts';
import { BatchedDestination } from './batched-destination.ts';
import { errorFields } from './error-fields.ts';
import { escaped, escapeLine } from './escape-line.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export type LogSettings = Readonly<{
  level: LogLevel;
  /** `json` for collectors, one object a line; `pretty` for people at a terminal. */
  format: 'json' | 'pretty';
}>;

/**
 * The one log of the process. No worker thread stands between, whose last lines are lost at exit. Each line is written
 * before the call returns, so a kill loses none; measured, that is no dearer than writing in the background, where lines
 * would also wait for password hashes to leave a thread of the pool. The price: who stops reading our output stops us.
 *
 * Call it with fields first and a fixed sentence after them; a client's text belongs into a field, never into the
 * sentence, where `%s` would mean something.
 *
 * @param sink where finished lines go; standard output unless a test wants to read them
 */
export const createLogger = ({ level, format }: LogSettings, sink: DestinationStream = stdout()): Logger =>
  pino(
    {
      level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields, error: errorFields, req: requestFields, res: responseFields, ...UNTOLD },
      hooks: { streamWrite: escapeLine },
    },
    format === 'pretty' ? readable(sink) : sink,
  );

/**
 * The log of a service: its logger, and the lines of its answers, which come too often to go the same way.
 * @param sink where finished lines go at once, that of a test; standard output where there is none
 */
export const openLog = (
  settings: LogSettings,
  sink?: DestinationStream,
): Readonly<{ logger: Logger; answerLines: AccessLogWriter }> => {
  const turnSink = new BatchedDestination(sink ?? stdout());
  const logger = createLogger(settings, turnSink);
  if (!logger.isLevelEnabled('info')) return { logger, answerLines: { note: () => {} } };
  if (settings.format === 'pretty') return { logger, answerLines: new PinoAccessLog(logger) };
  const atOnce = { writeLater: (line: string) => turnSink.write(line) };
  return { logger, answerLines: new JsonAccessLog(sink === undefined ? turnSink : atOnce) };
};

const stdout = (): DestinationStream => destination({ dest: 1, sync: true });

/** Method and path. Not the query, which may carry what people should not have put there. */
const requestFields = ({ method, url }: { method?: string; url?: string }) => ({ method, path: url?.split('?', 1)[0] });

const responseFields = ({ statusCode }: { statusCode?: number }) => ({ status: statusCode });

const nothing = (): undefined => undefined;

const UNTOLD = { headers: nothing, rawHeaders: nothing, body: nothing, payload: nothing, query: nothing };

/**
 * Not pino-pretty's stream, which passes lines on a moment later and so loses them at exit, but its formatter. Loaded
 * only for people: a server that writes JSON starts 30 ms sooner.
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
