import { Client } from 'pg';

/** Enough that no planner reads them all where it need not. */
const ROWS = 20_000;

/** What may be sorted: the longest page there is. */
const PAGE = 100;

/** Holds the audit entries of the last seconds, and is read whole. */
const SHORT_TABLE = 'unsealed_audit_entries';

/**
 * Many rows in each table, from the day after New Year on, so that what has ended by New Year is next to nothing, as
 * it is where an hourly purge runs.
 */
export const fillForPlans = async (url: string): Promise<void> => {
  const number = "lpad(to_hex(n), 12, '0')";
  const id = `('11111111-0000-7000-8000-' || ${number})::uuid`;
  const hash = "repeat('1', 52) || lpad(to_hex(n), 12, '0')";
  const at = "timestamptz '2026-01-02T00:00:00Z' + n * interval '1 minute'";
  const series = `from generate_series(1, ${ROWS}) n`;
  const word = (words: string): string => `(array[${words}])[1 + n % 100 / 97]`;
  await using client = await open(url);
  await client.query(`
    insert into users select ${id}, 'u' || n || '@example.org', 'u' || n || '@example.org', null, null, null, ${at}, 1 ${series};
    insert into sessions select ${id}, ${id}, ${hash}, ${at}, ${at}, '127.0.0.1', 'test', null, 'u@example.org', null, 0, 0 ${series};
    insert into password_resets select ${id}, ${hash}, ${at}, ${at} ${series};
    insert into login_challenges select ${hash}, ${id}, 'd', null, 0, ${at}, ${at} ${series};
    insert into known_networks select ${hash}, ${id}, ${at} ${series};
    insert into recovery_codes select ${id}, ${hash} ${series};
    insert into second_factors select ${id}, '0123abcd.' || n, ${at}, ${at}, 1 ${series};
    insert into store_facts select 'fact ' || n, '' ${series};
    insert into confirmations select ${hash}, 'address', ${id}, 'u@example.org', ${at}, ${at} ${series};
    insert into daily_counts select '2026-' || n, 'login.failed', 1 ${series};
    insert into attempts select 'key ' || n, 1, ${at} ${series};
    insert into idempotency_records select 'key ' || n, 'f', '{}', ${at} ${series};
    insert into outbox select ${id}, '{}', ${at}, ${at}, 0, null ${series};
    insert into pair_checks select ${id}, 'a' || n % 100, 'b' || n % 100, ${at}, null, null ${series};
    insert into licenses select ${id}, 'K' || n, ${id}, ${word("'editor', 'player'")},
      ${word("'active', 'suspended'")}, ${at} - interval '1 year', ${at} - ${word("interval '1 year', '0'")}, ${at}, 0, ${at},
      null, 0, '[]', '{}', null, 1 ${series};
    insert into expiry_notices select ${id}, ${at}, 14, ${at} ${series};
    insert into license_activations select ${id}, 'machine', null, ${at} ${series};
    insert into audit_chain select 'end ' || n, n, '', null ${series};
    insert into unsealed_audit_entries select ${id}, '{}', ${at}, 'staff', 'a' || n % 100, 'user.updated', 'user', 's' || n,
      'r' || n, null, null from generate_series(1, ${PAGE}) n;
    insert into audit_entries select ${id}, '{}', ${at}, 'staff', 'a' || n % 100, 'user.updated', 'user', 's' || n,
      'r' || n, null, null, n + 10, '', '', ${at} ${series};
    insert into api_tokens select ${id}, ${id}, 'token', ${hash}, 'hint', '[]', '[]', '[]', ${at}, 90, ${at}, 'old ' || n,
      ${at}, null, null, 1 ${series};
    insert into signing_keys select 'kid ' || n, null, '{}', null, ${at}, 1, ${at} ${series};
    analyze`);
};

/**
 * What reads a whole table, or sorts more rows than a page has, for each query, with its parameters and without them.
 * @returns a line for each: the query and the step
 */
export const slowStepsOf = async (
  url: string,
  queries: readonly Readonly<{ sql: string; parameters: readonly unknown[] }>[],
): Promise<string[]> => {
  await using client = await open(url);
  const slow = new Set<string>();
  for (const { sql, parameters } of queries) {
    const plans = [
      await client.query(`explain (format json) ${sql}`, [...parameters]),
      await client.query(`explain (format json, generic_plan) ${sql}`),
    ];
    for (const { rows } of plans) {
      for (const step of slowStepsIn(rows[0]['QUERY PLAN'][0].Plan)) slow.add(`${sql}: ${step}`);
    }
  }
  return [...slow];
};

type Plan = { 'Node Type': string; 'Relation Name'?: string; 'Plan Rows': number; Plans?: Plan[] };

const slowStepsIn = (plan: Plan): string[] => {
  const { 'Node Type': step, 'Relation Name': table, Plans: inner = [] } = plan;
  const sorted = Math.max(0, ...inner.map((child) => child['Plan Rows']));
  return [
    ...(step === 'Seq Scan' && table !== SHORT_TABLE ? [`${step} on ${table}`] : []),
    ...(step === 'Sort' && sorted > PAGE ? [`${step} of ${sorted} rows`] : []),
    ...inner.flatMap(slowStepsIn),
  ];
};

const open = async (connectionString: string) => {
  const client = new Client({ connectionString });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
};
