import { Ports } from '../../src/composition/wiring/ports.ts';
import type { AuditEntry } from '../../src/domain/audit/audit-entry.ts';
import { anAuditEntry } from '../builders/audit-entry-builder.ts';
import type { TestApp } from './test-app.ts';

/** Writes entries to the log of the service. */
export const appendAudit = ({ container }: TestApp, ...entries: AuditEntry[]): Promise<void> =>
  container.resolve(Ports.unitOfWork).run(async ({ audit }) => {
    for (const entry of entries) await audit.append(entry);
  });

/** An entry of now with an id of its own. */
export const aNewEntry = ({ container, clock }: TestApp, change: Parameters<typeof anAuditEntry>[0] = {}) =>
  anAuditEntry({ id: container.resolve(Ports.idGenerator).next(), at: clock.now(), ...change });
