import type { Overview, ReadOverview } from '../../../../application/statistics/read-overview.ts';
import { type Html, kept } from '../common/html.ts';
import type { PageRouter } from '../common/router.ts';
import { drawOverview, overviewPage } from './views.ts';

export type OverviewUseCases = Readonly<{ readOverview: ReadOverview }>;

/** The first page of the console. */
export const overviewPages = (router: PageRouter, { readOverview }: OverviewUseCases): void => {
  /** perf: the use case returns the same overview for some seconds; drawing one takes longer than ten requests. */
  const drawn = new WeakMap<Overview, Html>();

  router.get('/console', 'staff', async (page) => {
    const overview = await readOverview.execute(page);
    const content = drawn.get(overview) ?? kept(drawOverview(await import('../common/charts.ts'), overview));
    drawn.set(overview, content);
    return overviewPage(page, overview, content);
  });
};
