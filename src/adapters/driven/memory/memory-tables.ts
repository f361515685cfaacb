import type { ApiTokenId, ApiTokenSnapshot } from '../../../domain/access/api-token.ts';
import type { ChainEnd } from '../../../domain/audit/audit-chain.ts';
import type { AuditEntryId } from '../../../domain/audit/audit-entry.ts';
import type { PairCheckSnapshot } from '../../../domain/developer-pair/pair-check.ts';
import type { PairCheckId } from '../../../domain/developer-pair/pair-check-id.ts';
import type { ExpiryNotice } from '../../../domain/license/expiry-notice.ts';
import type { LicenseId } from '../../../domain/license/license-id.ts';
import type { LicenseKey } from '../../../domain/license/license-key.ts';
import type { LicenseSnapshot } from '../../../domain/license/license-snapshot.ts';
import type { SigningKey } from '../../../domain/license/signing-key.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { ConfirmationSnapshot } from '../../../domain/user/confirmation.ts';
import type { CanonicalEmail } from '../../../domain/user/email.ts';
import type { KnownNetworkSnapshot } from '../../../domain/user/known-network.ts';
import type { LoginChallengeSnapshot } from '../../../domain/user/login-challenge.ts';
import type { PasswordResetSnapshot } from '../../../domain/user/password-reset.ts';
import type { SecondFactorSnapshot } from '../../../domain/user/second-factor.ts';
import type { SessionSnapshot } from '../../../domain/user/session.ts';
import type { SessionId } from '../../../domain/user/session-id.ts';
import type { TokenHash } from '../../../domain/user/token-hash.ts';
import type { UserSnapshot } from '../../../domain/user/user.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { StoredEntry } from '../../../ports/audit-queries.ts';
import type { DailyCount } from '../../../ports/daily-counts.ts';
import type { IdempotencyRecord } from '../../../ports/idempotency-records.ts';
import type { ActivationView } from '../../../ports/license-queries.ts';
import type { QueuedEmail } from '../../../ports/outbox.ts';

export type OutboxRow = QueuedEmail & Readonly<{ dueAt: Instant | undefined; lastFailure?: string }>;

/** The stored snapshots. Entities are never stored, so that no reference changes the store. */
export class MemoryTables {
  readonly users: Map<UserId, UserSnapshot>;
  readonly userIdByEmail: Map<CanonicalEmail, UserId>;
  readonly sessions: Map<SessionId, SessionSnapshot>;
  readonly sessionIdByToken: Map<TokenHash, SessionId>;
  readonly passwordResets: Map<UserId, PasswordResetSnapshot>;
  readonly confirmations: Map<TokenHash, ConfirmationSnapshot>;
  readonly apiTokens: Map<ApiTokenId, ApiTokenSnapshot>;
  readonly secondFactors: Map<UserId, SecondFactorSnapshot>;
  readonly recoveryCodes: Map<UserId, ReadonlySet<TokenHash>>;
  readonly loginChallenges: Map<TokenHash, LoginChallengeSnapshot>;
  readonly knownNetworks: Map<TokenHash, KnownNetworkSnapshot>;
  readonly expiryNotices: Map<string, ExpiryNotice>;
  readonly storeFacts: Map<string, string>;
  readonly dailyCounts: Map<string, DailyCount>;
  readonly attempts: Map<string, Readonly<{ count: number; resetsAt: Instant }>>;
  readonly outbox: Map<string, OutboxRow>;
  readonly pairChecks: Map<PairCheckId, PairCheckSnapshot>;
  readonly licenses: Map<LicenseId, LicenseSnapshot>;
  readonly licenseIdByKey: Map<LicenseKey, LicenseId>;
  readonly activations: Map<string, ActivationView>;
  readonly idempotencyRecords: Map<string, IdempotencyRecord & Readonly<{ expiresAt: Instant }>>;
  readonly signingKeys: Map<string, SigningKey>;
  readonly auditEntries: Map<AuditEntryId, StoredEntry>;
  readonly auditChain: Map<'head' | 'anchor', ChainEnd>;

  constructor(from?: MemoryTables) {
    this.users = new Map(from?.users);
    this.userIdByEmail = new Map(from?.userIdByEmail);
    this.sessions = new Map(from?.sessions);
    this.sessionIdByToken = new Map(from?.sessionIdByToken);
    this.passwordResets = new Map(from?.passwordResets);
    this.confirmations = new Map(from?.confirmations);
    this.apiTokens = new Map(from?.apiTokens);
    this.secondFactors = new Map(from?.secondFactors);
    this.recoveryCodes = new Map(from?.recoveryCodes);
    this.loginChallenges = new Map(from?.loginChallenges);
    this.knownNetworks = new Map(from?.knownNetworks);
    this.expiryNotices = new Map(from?.expiryNotices);
    this.storeFacts = new Map(from?.storeFacts);
    this.dailyCounts = new Map(from?.dailyCounts);
    this.attempts = new Map(from?.attempts);
    this.outbox = new Map(from?.outbox);
    this.pairChecks = new Map(from?.pairChecks);
    this.licenses = new Map(from?.licenses);
    this.licenseIdByKey = new Map(from?.licenseIdByKey);
    this.activations = new Map(from?.activations);
    this.idempotencyRecords = new Map(from?.idempotencyRecords);
    this.signingKeys = new Map(from?.signingKeys);
    this.auditEntries = new Map(from?.auditEntries);
    this.auditChain = new Map(from?.auditChain);
  }
}
