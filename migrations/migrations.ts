import type { Migration } from 'kysely/migration';
import { accounts } from './0001-accounts.ts';
import { licenses } from './0002-licenses.ts';
import { developerPairs } from './0003-developer-pairs.ts';
import { standardNames } from './0004-standard-names.ts';
import { emailDomains } from './0005-email-domains.ts';
import { staff } from './0006-staff.ts';
import { idempotencyRecords } from './0007-idempotency-records.ts';
import { stepUp } from './0008-step-up.ts';
import { bans } from './0009-bans.ts';
import { apiTokens } from './0010-api-tokens.ts';
import { auditLog } from './0011-audit-log.ts';
import { storeFacts } from './0012-store-facts.ts';
import { confirmations } from './0013-confirmations.ts';
import { secondFactor } from './0014-second-factor.ts';
import { consoleLists } from './0015-console-lists.ts';
import { hashParameters } from './0016-hash-parameters.ts';
import { sampleAdmin } from './0017-sample-admin.ts';
import { dailyCounts } from './0018-daily-counts.ts';
import { loginChallenges } from './0019-login-challenges.ts';
import { knownNetworks } from './0020-known-networks.ts';
import { expiryNotices } from './0021-expiry-notices.ts';
import { unsealedAuditEntries } from './0022-unsealed-audit-entries.ts';
import { emailedResets } from './0023-emailed-resets.ts';
import { auditEntriesByOtherActors } from './0024-audit-entries-by-other-actors.ts';
import { usersOfSessions } from './0025-users-of-sessions.ts';
import { licensesOfMachines } from './0026-licenses-of-machines.ts';
import { finalSigmas } from './0027-final-sigmas.ts';
import { missingConditions } from './0028-missing-conditions.ts';
import { rareLicenses } from './0029-rare-licenses.ts';

/** Every migration, in order. A migration is never edited after a release; a later one corrects it. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-accounts': accounts,
  '0002-licenses': licenses,
  '0003-developer-pairs': developerPairs,
  '0004-standard-names': standardNames,
  '0005-email-domains': emailDomains,
  '0006-staff': staff,
  '0007-idempotency-records': idempotencyRecords,
  '0008-step-up': stepUp,
  '0009-bans': bans,
  '0010-api-tokens': apiTokens,
  '0011-audit-log': auditLog,
  '0012-store-facts': storeFacts,
  '0013-confirmations': confirmations,
  '0014-second-factor': secondFactor,
  '0015-console-lists': consoleLists,
  '0016-hash-parameters': hashParameters,
  '0017-sample-admin': sampleAdmin,
  '0018-daily-counts': dailyCounts,
  '0019-login-challenges': loginChallenges,
  '0020-known-networks': knownNetworks,
  '0021-expiry-notices': expiryNotices,
  '0022-unsealed-audit-entries': unsealedAuditEntries,
  '0023-emailed-resets': emailedResets,
  '0024-audit-entries-by-other-actors': auditEntriesByOtherActors,
  '0025-users-of-sessions': usersOfSessions,
  '0026-licenses-of-machines': licensesOfMachines,
  '0027-final-sigmas': finalSigmas,
  '0028-missing-conditions': missingConditions,
  '0029-rare-licenses': rareLicenses,
};
