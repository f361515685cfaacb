import { dueNotice, noticeHorizon } from '../../domain/license/expiry-notice.ts';
import type { LicenseSnapshot } from '../../domain/license/license-snapshot.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { mayGetEmails } from '../../domain/user/user.ts';
import type { LicenseListQuery } from '../../ports/license-queries.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';
import { emailRule } from '../user/notices.ts';
import type { RegistrationMode } from '../user/register-user.ts';

/** Between two pages requests are answered. Also the size of a unit of work: another instance that has the same page waits for it. */
const PAGE_SIZE = 50;

type Deps = Pick<Ports, 'clock' | 'idGenerator' | 'licenseQueries' | 'unitOfWork' | 'userQueries'> & {
  registration: RegistrationMode;
  /** False: none is sent. */
  sendsExpiryNotices: boolean;
};

/** Queues emails to the owners of licenses that end soon. For the background; several instances may run it at once. */
export class SendExpiryNotices extends UseCase<Deps> {
  /**
   * @param pause called after each page
   * @param isStopping when true, no further page is read
   */
  async execute(pause: () => Promise<unknown>, isStopping: () => boolean = () => false): Promise<void> {
    const { clock, licenseQueries, sendsExpiryNotices } = this.deps;
    if (!sendsExpiryNotices) return;
    const at = clock.now();
    const query = { status: 'active', at, expiresBefore: noticeHorizon(at), limit: PAGE_SIZE } as const;
    let after: LicenseListQuery['after'];
    for (let isLast = false; !isLast && !isStopping(); await pause()) {
      const page = await licenseQueries.list({ ...query, after });
      await this.#notify(page, at);
      after = page.at(-1);
      isLast = page.length < PAGE_SIZE;
    }
  }

  async #notify(licenses: readonly LicenseSnapshot[], at: Instant): Promise<void> {
    const { licenseQueries, userQueries, idGenerator, unitOfWork, registration } = this.deps;
    const sent = await licenseQueries.listNotices(licenses.map(({ id }) => id));
    const sentOf = Map.groupBy(sent, ({ licenseId }) => licenseId);
    const due = licenses.flatMap((license) => {
      const notice = dueNotice(license, sentOf.get(license.id) ?? [], at);
      return notice === undefined ? [] : { notice, userId: license.userId };
    });
    if (due.length === 0) return;
    // All that lock several licenses do so in the order of their ids.
    due.sort((a, b) => (a.notice.licenseId < b.notice.licenseId ? -1 : 1));
    const owners = await userQueries.listByIds([...new Set(due.map(({ userId }) => userId))]);
    const rule = emailRule(registration);
    const reachable = new Map(owners.filter((owner) => mayGetEmails(owner, rule)).map(({ id, email }) => [id, email]));
    await unitOfWork.run(async (stores) => {
      for (const { notice, userId } of due) {
        const to = reachable.get(userId);
        // False where another instance was first.
        if (to === undefined || !(await stores.licenses.addNotice(notice))) continue;
        const { licenseId, expiresAt, days } = notice;
        await stores.outbox.add(idGenerator.next(), { kind: 'license-expiry', to, licenseId, expiresAt, days }, at);
      }
    });
  }
}
