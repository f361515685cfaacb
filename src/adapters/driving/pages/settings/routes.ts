import type { DescribeStore } from '../../../../application/system/describe-store.ts';
import type { PageRouter } from '../common/router.ts';
import { type SettingsGroup, settingsPage, type Versions } from './views.ts';

export type SettingsUseCases = Readonly<{ describeStore: DescribeStore }>;

/** Versions and settings of the service, for staff. The settings contain no secret. */
export type InEffect = Readonly<{ settings: readonly SettingsGroup[]; versions: Versions }>;

/** Settings in effect, and versions. */
export const settingsPages = (
  router: PageRouter,
  { describeStore }: SettingsUseCases,
  { settings, versions }: InEffect,
): void => {
  router.get('/console/settings', 'staff', async (page) => {
    const store = await describeStore.execute({ caller: page.caller });
    return settingsPage(page, {
      settings,
      versions,
      store,
      onlyChanged: page.choice('show', ['changed']) !== undefined,
    });
  });
};
