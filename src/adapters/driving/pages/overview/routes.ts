import type { PageRouter } from '../common/router.ts';
import { overviewPage } from './views.ts';

/** The first page of the console. */
export const overviewPages = (router: PageRouter): void => {
  router.get('/console', 'staff', overviewPage);
};
