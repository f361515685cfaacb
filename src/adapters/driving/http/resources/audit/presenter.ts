import type { AuditView } from '../../../../../application/audit/read-audit-log.ts';
import { entryJson } from '../../../../../domain/audit/audit-file.ts';

export const presentAuditEntry = ({ entry, seal, hidesActor }: AuditView) => {
  if (!hidesActor) return entryJson(entry.text, seal, entry.toSnapshot());
  const { actor, ...json } = entryJson(entry.text, seal, {});
  return { ...json, actor: { ...actor, id: undefined } };
};
