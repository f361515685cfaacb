import assert from 'node:assert/strict';
import type { DayOfCounts } from '../../src/application/statistics/read-overview.ts';
import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import type { Caller } from '../../src/domain/access/caller.ts';
import { DomainError } from '../../src/domain/shared/domain-error.ts';
import type { TestApp } from '../../test/http/test-app.ts';
import { TestBrowser, textOf } from '../../test/pages/browser.ts';
import type { Origin } from './app-driver.ts';

/** What the overview of the console shows, by its labels. */
export type Overview = Readonly<Record<'active' | 'seats' | 'validations' | 'failures', string>>;

export interface OverviewDriver {
  read(from: Origin): Promise<Overview>;
}

export const overviewInCore = (
  core: () => Pick<UseCases, 'readOverview'>,
  authenticate: (from: Origin) => Promise<Readonly<{ caller: Caller }>>,
): OverviewDriver => ({
  async read(from) {
    const { caller } = await authenticate(from);
    const { days } = await core().readOverview.execute({ caller });
    const sum = (some: readonly DayOfCounts[], prefix: string) =>
      some
        .flatMap(({ counts }) => Object.entries(counts))
        .reduce((all, [name, count]) => (name.startsWith(prefix) ? all + count : all), 0);
    const last = (name: 'license.active' | 'seat.used' | 'seat.sold') => days.at(-1)?.counts[name] ?? '–';
    const today = days.slice(-1);
    return {
      active: `${last('license.active')}, ${sum(days, 'license.issued')} issued, ${sum(days, 'license.expired')} ended in 30 days`,
      seats: `${last('seat.used')}, of ${last('seat.sold')} sold`,
      validations: `${sum(today, 'validation.')}, ${sum(days, 'validation.')} in 30 days`,
      failures: `${sum(today, 'login.failed')}, ${sum(days, 'login.failed')} in 30 days`,
    };
  },
});

export const overviewOnPages = (app: () => TestApp): OverviewDriver => ({
  async read({ session }) {
    const page = await new TestBrowser(app(), session).open('/console');
    if (page.status === 403) throw new DomainError('access.forbidden', page.text('h1') ?? '');
    assert.equal(page.status, 200, page.location);
    const numberOf = (label: string) => {
      const term = page.all('dt').find((element) => textOf(element) === label);
      const entries = page.all('dd').filter(({ parentNode }) => parentNode === term?.parentNode);
      return entries.map(textOf).join(', ');
    };
    return {
      active: numberOf('Active licenses'),
      seats: numberOf('Seats in use'),
      validations: numberOf('Validations today'),
      failures: numberOf('Failed log-ins today'),
    };
  },
});
