import { text } from 'node:stream/consumers';
import type { AuditView } from '../../src/application/audit/read-audit-log.ts';
import type { UseCases } from '../../src/composition/wiring/use-cases.ts';
import type { Caller } from '../../src/domain/access/caller.ts';
import { entryJson } from '../../src/domain/audit/audit-file.ts';
import type { Origin } from './app-driver.ts';
import type { Ask } from './ask.ts';

/** An entry as an export writes it. Absent fields are `undefined`. */
export type AuditItem = Readonly<{
  action: string;
  actor: Readonly<{ kind: string; id?: string | undefined; name?: string | undefined }>;
  subject: Readonly<{ kind: string; id?: string | undefined }>;
  changes: readonly Readonly<{ field: string; before?: unknown; after?: unknown; changed?: boolean }>[];
  seq?: number;
  ip?: string | undefined;
}>;

/** The audit log as its readers see it: newest first. */
export interface AuditDriver {
  list(from: Origin, filter?: Readonly<{ action?: string; subject?: string }>): Promise<readonly AuditItem[]>;
  ofUser(from: Origin, userId: string): Promise<readonly AuditItem[]>;
  /** @returns the lines of the file */
  export(from: Origin): Promise<readonly string[]>;
}

const linesOf = (file: string): readonly string[] => file.split('\n').slice(0, -1);

export const auditInCore = (
  core: () => Pick<UseCases, 'readAuditLog' | 'exportAuditLog'>,
  authenticate: (from: Origin) => Promise<Readonly<{ caller: Caller }>>,
): AuditDriver => ({
  async list(from, filter = {}) {
    const { caller } = await authenticate(from);
    return (await core().readAuditLog.list({ caller, limit: 100, ...filter })).items.map(auditItemOf);
  },
  async ofUser(from, userId) {
    const { caller } = await authenticate(from);
    return (await core().readAuditLog.ofUser({ caller, userId, limit: 100 })).items.map(auditItemOf);
  },
  async export(from) {
    const { caller } = await authenticate(from);
    const client = { ip: from.ip, userAgent: from.device, requestId: 'r' };
    return linesOf(await text(await core().exportAuditLog.execute({ caller, client })));
  },
});

export const auditItemOf = ({ entry, seal, hidesActor }: AuditView): AuditItem => {
  const json = entryJson(entry.text, seal, hidesActor ? {} : entry.toSnapshot());
  return hidesActor ? { ...json, actor: { ...json.actor, id: undefined } } : json;
};

export const auditOverHttp = (ask: Ask): AuditDriver => ({
  list: async (from, filter = {}) =>
    (await ask(from, 'GET', `/audit?${new URLSearchParams({ limit: '100', ...filter })}`, { expects: 200 })).json(),
  ofUser: async (from, userId) => (await ask(from, 'GET', `/users/${userId}/audit?limit=100`, { expects: 200 })).json(),
  export: async (from) => linesOf((await ask(from, 'GET', '/audit/export', { expects: 200 })).body),
});
