import type { Logger } from 'pino';
import { placeOf } from '../../adapters/driven/kysely/database-startup-errors.ts';
import { firstScreen } from '../../adapters/driving/cli/startup-banner.ts';
import type { Config } from '../config/config.ts';

/** Says once that it runs, where, and what an operator should know of how it is set. */
export const printBanner = (
  logger: Pick<Logger, 'info' | 'warn'>,
  config: Config,
  { address, sampleUsers }: Readonly<{ address: string; sampleUsers: number }>,
): void => {
  const { mode, adminKey, servesDocs, isThrottled, store, smtp, log, licenses, workers } = config;
  const isAdministrationOpen = mode === 'development' && adminKey === undefined;
  if (log.format === 'pretty' && mode === 'development') {
    process.stdout.write(
      firstScreen({
        address,
        store: placeOfStore(store),
        mail: smtp === undefined ? 'printed here, on the console' : `sent by ${smtp.host}`,
        sampleUsers,
        isAdministrationOpen,
        isThrottled,
        servesDocs,
      }),
    );
  }
  logger.info({ event: 'sys_startup', mode, address, ...(workers === 1 ? {} : { workers }) }, 'started');
  if (isAdministrationOpen) logger.warn('administration is open to everybody: no ADMIN_API_KEY is set');
  if (config.upstreams.twitterApp === undefined)
    logger.info('developer pairs cannot be checked: no key for Twitter is set');
  if (mode === 'production' && smtp === undefined) logger.warn('letters are printed here: MAIL_URL is not set');
  if (mode === 'production' && licenses.keySecret === undefined) {
    logger.warn('no license files are given out: LICENSE_KEY_SECRET is not set');
  }
};

const placeOfStore = (store: Config['store']): string => {
  if (store.kind === 'postgres') return placeOf(store.address);
  return store.kind === 'memory' ? 'in memory, gone at exit' : store.path;
};
