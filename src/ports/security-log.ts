/**
 * What happened to accounts and credentials, in the words of the OWASP logging vocabulary, so that a collector's
 * ready-made rules fit. Never a password, token or hash; an e-mail address only as a user id.
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
  userId?: string;
  ip?: string;
  requestId?: string;
  /** A word or two of ours, never the client's text. */
  detail?: string;
}>;

export interface SecurityLog {
  record(event: SecurityEvent): void;
}
