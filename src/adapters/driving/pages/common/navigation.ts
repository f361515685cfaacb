import type { Scope } from '../../../../domain/access/scope.ts';
import type { IconName } from './icons.ts';

type Entry = Readonly<{
  path: string;
  label: string;
  icon: IconName;
  /** Shown only to people with this scope. */
  scope?: Scope;
}>;

/** The side bar of the console. An entry is the current place on all pages under its path. */
export const CONSOLE_ENTRIES: readonly Entry[] = [
  { path: '/console', label: 'Overview', icon: 'overview' },
  { path: '/console/accounts', label: 'Accounts', icon: 'account', scope: 'users:read' },
  { path: '/console/licenses', label: 'Licenses', icon: 'license', scope: 'licenses:read' },
  { path: '/console/machines', label: 'Machines', icon: 'machine', scope: 'licenses:read' },
  { path: '/console/pairs', label: 'Pairs', icon: 'pair' },
  { path: '/console/audit', label: 'Audit log', icon: 'audit', scope: 'audit:read' },
];

/** The second group of the side bar. */
export const SETTINGS_ENTRIES: readonly Entry[] = [
  { path: '/console/tokens', label: 'API tokens', icon: 'token', scope: 'tokens:write' },
  { path: '/console/staff', label: 'Staff', icon: 'staff', scope: 'staff:write' },
  { path: '/console/settings', label: 'Configuration', icon: 'settings', scope: 'staff:write' },
];

/** The tabs of a person's own account. */
export const ACCOUNT_ENTRIES: readonly Readonly<{ path: string; label: string }>[] = [
  { path: '/account/licenses', label: 'Licenses' },
  { path: '/account/mfa', label: 'Two-factor log-in' },
  { path: '/account/sessions', label: 'Sessions' },
  { path: '/account', label: 'Account' },
];
