import type { CliDeps } from '../adapters/driving/cli/cli-deps.ts';
import { ListUsers } from '../application/user/list-users.ts';
import { licenseCommands, verifyLicenseFile } from './cli-licenses.ts';
import { readConfig } from './config.ts';
import { openStores } from './open-stores.ts';
import { runServer } from './run-server.ts';
import { startService } from './service.ts';
import type { Environment } from './setting-reader.ts';
import { VERSION } from './version.ts';

/** What the commands can reach, with the settings of this process. */
export const cliDeps = (env: Environment): CliDeps => ({
  version: VERSION,
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  serve: ({ wipeFirst }) => runServer({ env, wipeFirst }),

  async migrate() {
    const stores = await openStores(readConfig(env).store);
    try {
      return await stores.migrate();
    } finally {
      await stores.close();
    }
  },

  async describeApi() {
    const config = readConfig({ DATABASE_URL: 'memory:', LOG_LEVEL: 'silent' });
    const service = await startService(config);
    try {
      await service.app.ready();
      return service.app.swagger();
    } finally {
      await service.close();
    }
  },

  async withUseCases(work) {
    const stores = await openStores(readConfig(env).store);
    try {
      await stores.migrate();
      return await work({ listUsers: new ListUsers({ userDirectory: stores.userDirectory }) });
    } finally {
      await stores.close();
    }
  },

  async withLicenses(work) {
    const config = readConfig(env);
    const stores = await openStores(config.store);
    try {
      await stores.migrate();
      return await work(licenseCommands(config, stores));
    } finally {
      await stores.close();
    }
  },

  verifyLicenseFile,
});
