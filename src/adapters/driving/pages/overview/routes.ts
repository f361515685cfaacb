import type { ReadAuditLog } from '../../../../application/audit/read-audit-log.ts';
import type { ListLicenses } from '../../../../application/license/list-licenses.ts';
import type { ReadStatistics } from '../../../../application/statistics/read-statistics.ts';
import type { CheckReadiness } from '../../../../application/system/check-readiness.ts';
import type { ListUsers } from '../../../../application/user/list-users.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { overviewPage } from './views.ts';

export type OverviewUseCases = Readonly<{
  readStatistics: ReadStatistics;
  listLicenses: ListLicenses;
  listUsers: ListUsers;
  readAuditLog: ReadAuditLog;
  checkReadiness: CheckReadiness;
}>;

const DAYS = 30;
const DAY_MS = 86_400_000;
const NEXT_ENDS = 5;

/** The first page of the console. */
export const overviewPages = (router: PageRouter, useCases: OverviewUseCases): void => {
  const { readStatistics, listLicenses, listUsers, readAuditLog, checkReadiness } = useCases;

  const nextEnds = async ({ caller, now }: PageRequest) => {
    const expiresBefore = Instant.format(Instant.wholeSecond(Instant.plusMs(now, DAYS * DAY_MS)));
    const { items } = await listLicenses.ofAll({ caller, limit: NEXT_ENDS, status: 'active', expiresBefore });
    const owners = await listUsers.ofIds({ caller, ids: items.map(({ userId }) => userId) });
    return { licenses: items, owners, before: Instant.formatDay(expiresBefore) };
  };

  router.get('/console', 'staff', async (page) => {
    const { caller } = page;
    const charts = await import('../common/charts.ts');
    const statistics = await readStatistics.execute({ caller, days: DAYS });
    const ends = await nextEnds(page);
    const chain = page.can('audit:read') ? await readAuditLog.head({ caller }) : undefined;
    const problems = await checkReadiness.execute();
    return overviewPage(page, { charts, statistics, ends, chain, problems });
  });
};
