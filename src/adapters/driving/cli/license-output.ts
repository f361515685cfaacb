import type { LicenseView } from '../../../application/license/license-view.ts';
import type { LicenseStatus } from '../../../domain/license/license-status.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { presentLicense } from '../http/resources/licenses/presenter.ts';
import type { CliDeps } from './cli-deps.ts';
import { asJson, type Color, listTable, paint, propertyTable } from './output.ts';

type Output = Pick<CliDeps, 'write' | 'terminal'>;

const COLORS: Readonly<Record<LicenseStatus, Color>> = {
  active: 'green',
  scheduled: 'yellow',
  in_grace: 'yellow',
  expired: 'red',
  suspended: 'yellow',
  revoked: 'red',
};

export const printLicense = async (
  { write, terminal }: Output,
  license: LicenseView,
  json: true | undefined,
): Promise<void> => {
  if (json) return write(asJson(presentLicense(license)));
  const status = statusText(license);
  const paintStatus = (text: string) =>
    text === status ? paint(terminal.hasColors, COLORS[license.status], text) : text;
  write(await propertyTable(propertiesOf(license), paintStatus));
};

export const printLicenses = async (
  { write, terminal }: Output,
  licenses: readonly LicenseView[],
  json: true | undefined,
): Promise<void> => {
  if (json) return write(asJson(licenses.map(presentLicense)));
  const head = ['license key', 'status', 'ends', 'seats', 'product'];
  const paintStatus = (text: string, column: number) => {
    const license = column === 1 && licenses.find((each) => statusText(each) === text);
    return license ? paint(terminal.hasColors, COLORS[license.status], text) : text;
  };
  const rows = licenses.map(rowOf);
  write(await listTable({ head, rows, noun: 'license', none: 'No license matches.', paintCell: paintStatus }));
};

const statusText = ({ status }: LicenseView): string => status.replace('_', ' ');

/** A revoked license has ended already, whatever its term says. */
const endOf = ({ status, expiresAt }: LicenseView, format: (at: Instant) => string): string =>
  status === 'revoked' ? 'revoked' : expiresAt === null ? 'never' : format(expiresAt);

const rowOf = (license: LicenseView): string[] => [
  license.key,
  statusText(license),
  endOf(license, Instant.formatDay),
  `${license.activations}/${license.maxActivations ?? 'any'}`,
  license.product ?? '',
];

const propertiesOf = (license: LicenseView): [string, string][] => [
  ['license key', license.key],
  ['status', statusText(license)],
  ...(license.ownerBanned ? [['owner', 'banned'] as [string, string]] : []),
  ['product', license.product ?? 'none in particular'],
  ['starts', Instant.format(license.startsAt)],
  ['ends', endOf(license, Instant.format)],
  ...(license.graceDays === 0 ? [] : [['grace', `${license.graceDays} days`] as [string, string]]),
  ['activations', `${license.activations} of ${license.maxActivations ?? 'any number'}`],
  ['entitlements', license.entitlements.length === 0 ? 'none' : license.entitlements.join(', ')],
  ['last validated', Instant.formatOrNull(license.lastValidatedAt) ?? 'never'],
  ['issued', Instant.format(license.issuedAt)],
  ['user', license.userId],
  ['id', license.id],
];
