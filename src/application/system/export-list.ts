import type { Caller } from '../../domain/access/caller.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { EXPORT_PAGE, type Page, pagesFrom } from '../page.ts';
import { UseCase } from '../use-case.ts';

/**
 * @property list name of the list, as the audit log shows it
 * @property read reads one page of the list
 */
export type ExportListCommand<Item, Position> = Readonly<{
  caller: Caller;
  client: Client;
  list: 'accounts' | 'licenses' | 'machines' | 'pairs';
  read: (position: Readonly<{ limit: number; after: Position | undefined }>) => Promise<Page<Item, Position>>;
}>;

/** Hands out a whole list, page by page, and records that it did. */
export class ExportList extends UseCase<Pick<Ports, 'unitOfWork' | 'idGenerator' | 'clock'>> {
  /**
   * @returns the pages. The first is read already, so that its errors come before the answer begins
   * @throws {DomainError} access.unauthenticated | access.forbidden | what `read` throws
   */
  async execute<Item, Position>(command: ExportListCommand<Item, Position>): Promise<AsyncIterable<readonly Item[]>> {
    const { caller, client, list, read } = command;
    caller.require('exports:read');
    const first = await read({ limit: EXPORT_PAGE, after: undefined });
    const at = this.deps.clock.now();
    await this.deps.unitOfWork.run((stores) =>
      recordAudit(this.deps, stores, {
        caller,
        client,
        action: 'list.exported',
        subject: { kind: 'store' },
        changes: [{ field: 'list', after: list }],
        at,
      }),
    );
    return pagesFrom(read, first);
  }
}
