import type { AuditQueries } from '../../../../ports/audit-queries.ts';
import { compiledQuery } from '../compiled-query.ts';
import { toEnd } from './kysely-audit-log.ts';
import { KyselyRepository } from './kysely-repository.ts';

export class KyselyAuditQueries extends KyselyRepository implements AuditQueries {
  async readChain(): ReturnType<AuditQueries['readChain']> {
    const { rows: ends } = await chainEnds(this.db, 'anchor', 'head');
    const [unsealed] = (await countUnsealed(this.db)).rows;
    const endNamed = (name: string) => toEnd(ends.find((end) => end.name === name));
    return { anchor: endNamed('anchor'), head: endNamed('head'), unsealed: Number(unsealed?.count ?? 0) };
  }
}

const chainEnds = compiledQuery((db) => db.selectFrom('audit_chain').selectAll().where('name', 'in', ['', '']));

const countUnsealed = compiledQuery<{ count: unknown }>((db) =>
  db
    .selectFrom('audit_entries')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('seq', 'is', null),
);
