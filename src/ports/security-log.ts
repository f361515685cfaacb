/** The client of an event. */
export type EventSource = Readonly<{ ip?: string | undefined; requestId?: string | undefined }>;

/**
 * An event about accounts and credentials, named by the OWASP logging vocabulary, which log collectors know. Contains no
 * password, token or hash, and a user id in place of an email address.
 */
export type SecurityEvent = Readonly<{
  event:
    | 'authn_login_success'
    | 'authn_login_fail'
    | 'authn_login_fail_max'
    | 'authn_password_change'
    | 'authn_password_change_fail'
    | 'authn_token_reuse'
    | 'authz_fail'
    | 'excess_rate_limit_exceeded'
    | 'input_validation_fail'
    | 'malicious_csrf'
    | 'sensitive_create'
    | 'sensitive_update'
    | 'session_created'
    | 'session_ended'
    | 'session_expired'
    | 'user_created'
    | 'user_updated'
    | 'user_deleted';
  userId?: string | undefined;
  client?: EventSource | undefined;
  /** A fixed text, never text of a client. */
  detail?: string | undefined;
}>;

/** The log of security events. */
export interface SecurityLog {
  record(event: SecurityEvent): void;
}
