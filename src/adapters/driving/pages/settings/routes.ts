import type { DescribeStore } from '../../../../application/system/describe-store.ts';
import type { Html } from '../common/html.ts';
import type { PageRouter } from '../common/router.ts';
import { type SettingsGroup, settingsList, settingsPage, type Versions } from './views.ts';

export type SettingsUseCases = Readonly<{ describeStore: DescribeStore }>;

/** Versions and settings of the service, for staff. The settings contain no secret. */
export type InEffect = Readonly<{ settings: readonly SettingsGroup[]; versions: Versions }>;

/** Settings in effect, and versions. */
export const settingsPages = (
  router: PageRouter,
  { describeStore }: SettingsUseCases,
  { settings, versions }: InEffect,
): void => {
  // perf: made once, as no setting changes while the process runs.
  let lists: Readonly<{ all: Html; changed: Html }> | undefined;

  router.get('/console/settings', 'staff', async (page) => {
    const store = await describeStore.execute({ caller: page.caller });
    lists ??= {
      all: settingsList(settings),
      changed: settingsList(settings, ({ isChanged }) => isChanged),
    };
    return settingsPage(page, { lists, versions, store, shown: page.choice('show', ['changed']) ?? 'all' });
  });
};
