import { Client, type ClientBase, type QueryConfig } from 'pg';
import { SESSION_SETTINGS } from '../database-errors.ts';
import type { PostgresAddress } from './postgres-url.ts';

/**
 * Sets what this service relies on and a database, a role or a server may have changed. These settings are parameters
 * of the start of a session, which poolers keep for each client.
 */
export class SessionClient extends Client {
  getStartupConf(): Record<string, string> {
    // @ts-expect-error: a method that pg's types leave out
    return { ...super.getStartupConf(), DateStyle: 'ISO', standard_conforming_strings: 'on' };
  }
}

/**
 * Reads the settings of the session. On a connection without a pooler, which the process id shows, it also sets time
 * limits; a pooler would hand them on to its other clients.
 */
const sessionSql = (processID: number, hasNoTimeouts: boolean): string => {
  const limit = (ms: string) => (hasNoTimeouts ? '0' : ms);
  const set = (name: string, value: string) =>
    `case when pg_backend_pid() = ${processID} then set_config('${name}', '${value}', false) else current_setting('${name}') end as ${name}`;
  return `select ${set('statement_timeout', limit('5s'))}, ${set('lock_timeout', limit('4s'))},
    ${set('idle_in_transaction_session_timeout', limit('20s'))},
    current_setting('DateStyle') as date_style,
    current_setting('standard_conforming_strings') as standard_conforming_strings,
    pg_is_in_recovery() as is_standby,
    pg_backend_pid() = ${processID} as is_own`;
};

type SessionSettings = Readonly<{ date_style: string; standard_conforming_strings: string; statement_timeout: string }>;

const faultOf = (settings: SessionSettings): string | undefined => {
  if (!settings.date_style.startsWith('ISO')) {
    return `its sessions have DateStyle ${settings.date_style}; set it to ISO for the database or the user`;
  }
  if (settings.standard_conforming_strings !== 'on') {
    return 'its sessions have standard_conforming_strings off; set it to on for the database or the user';
  }
  // Less than a second: too little for a read of a busy server.
  return /^\d+(?:ms|us)$/.test(settings.statement_timeout)
    ? `its sessions have a statement_timeout of ${settings.statement_timeout}; set it to 5 s for the database or the user`
    : undefined;
};

export const tlsOptions = (host: string, { proof, authorities }: PostgresAddress['tls']) => ({
  host,
  rejectUnauthorized: proof !== 'none',
  ...(authorities === undefined ? {} : { ca: authorities }),
  ...(proof === 'chain' ? { checkServerIdentity: () => undefined } : {}),
});

/**
 * Sets the limits of a new session and checks its settings.
 * @returns whether the connection is the client's own, with no pooler in between
 * @throws where the service cannot work with them, or where the server is a standby and the address wants a primary
 */
export const startSession = async (
  client: ClientBase,
  { connectTimeoutMs, needsWritable }: PostgresAddress,
  { hasNoTimeouts }: { hasNoTimeouts: boolean },
): Promise<boolean> => {
  const { processID } = client as unknown as { processID: number };
  const text = sessionSql(processID, hasNoTimeouts);
  const query: QueryConfig & { query_timeout: number } = { text, query_timeout: connectTimeoutMs };
  const { rows } = await client.query(query);
  const [{ is_standby: isStandby, is_own: isOwn, ...settings }] = rows;
  const fault = faultOf(settings);
  if (fault !== undefined) throw Object.assign(new Error(fault), { code: SESSION_SETTINGS });
  if (isStandby && needsWritable) {
    throw Object.assign(new Error('The server is a standby, which only accepts reads'), { code: '25006' });
  }
  return isOwn;
};
