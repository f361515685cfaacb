import type { CheckDeveloperPair } from '../../../../application/developer-pair/check-developer-pair.ts';
import type { ReadPairHistory } from '../../../../application/developer-pair/read-pair-history.ts';
import type { ExportList } from '../../../../application/system/export-list.ts';
import type { PairCheckSnapshot } from '../../../../domain/developer-pair/pair-check.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { idCursor } from '../../http/request/cursors.ts';
import { sendCsv } from '../common/csv.ts';
import { PAGE_SIZE, type PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { pairPage, pairPath, pairsPage } from './views.ts';

export type PairsUseCases = Readonly<{
  checkDeveloperPair: CheckDeveloperPair;
  readPairHistory: ReadPairHistory;
  exportList: ExportList;
}>;

/** Connections of developers, for staff. */
export const pairsPages = (router: PageRouter, useCases: PairsUseCases): void => {
  const { checkDeveloperPair, readPairHistory, exportList } = useCases;

  router.get('/console/pairs', 'staff', async (page) => {
    const [a, b] = [page.query('a'), page.query('b')];
    if (a !== undefined && b !== undefined) return page.redirect(pairPath([a, b]));
    const { items, next } = await readPairHistory.latest({ limit: PAGE_SIZE, before: page.after(idCursor) });
    return pairsPage(page, { checks: items, nextUrl: page.nextUrl(idCursor, next), a, b });
  });

  router.get('/console/pairs.csv', 'staff', async (page) => {
    const { caller, client } = page;
    const read = ({ limit, after }: Readonly<{ limit: number; after: string | undefined }>) =>
      readPairHistory.latest({ limit, before: after });
    const pages = await exportList.execute({ caller, client, list: 'pairs', read });
    return sendCsv(page, 'pairs', COLUMNS, pages, (checks) => checks.map(cellsOf));
  });

  const showPair = async (page: PageRequest) => {
    const developers = developersOf(page);
    const { items, next } = await readPairHistory.latest({
      developers,
      limit: PAGE_SIZE,
      before: page.after(idCursor),
    });
    return pairPage(page, { developers, checks: items, nextUrl: page.nextUrl(idCursor, next) });
  };

  router.formPage('/console/pairs/:a/:b', {
    access: 'staff',
    view: showPair,
    async submit(page) {
      const developers = developersOf(page);
      await checkDeveloperPair.execute({ developers, client: page.client });
      return withNote(pairPath(developers), 'pair-checked');
    },
  });
};

const COLUMNS = ['checked_at', 'developer_1', 'developer_2', 'connected', 'organisations', 'missing'];

const cellsOf = ({ at, first, second, connection }: PairCheckSnapshot) => [
  Instant.format(at),
  first,
  second,
  String(connection.connected),
  connection.connected ? connection.organisations.join(' ') : undefined,
  connection.connected ? undefined : connection.missing.join(' '),
];

const developersOf = (page: PageRequest): readonly [string, string] => [page.param('a'), page.param('b')];
