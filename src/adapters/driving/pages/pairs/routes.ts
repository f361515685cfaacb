import type { CheckDeveloperPair } from '../../../../application/developer-pair/check-developer-pair.ts';
import type { ReadPairHistory } from '../../../../application/developer-pair/read-pair-history.ts';
import { idCursor } from '../../http/request/cursors.ts';
import { PAGE_SIZE, type PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { pairPage, pairPath, pairsPage } from './views.ts';

export type PairsUseCases = Readonly<{
  checkDeveloperPair: CheckDeveloperPair;
  readPairHistory: ReadPairHistory;
}>;

/** Connections of developers, for staff. */
export const pairsPages = (router: PageRouter, { checkDeveloperPair, readPairHistory }: PairsUseCases): void => {
  router.get('/console/pairs', 'staff', async (page) => {
    const [a, b] = [page.query('a'), page.query('b')];
    if (a !== undefined && b !== undefined) return page.redirect(pairPath([a, b]));
    const { items, next } = await readPairHistory.latest({ limit: PAGE_SIZE, before: page.after(idCursor) });
    return pairsPage(page, { checks: items, nextUrl: page.nextUrl(idCursor, next), a, b });
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

const developersOf = (page: PageRequest): readonly [string, string] => [page.param('a'), page.param('b')];
