import { Command } from 'commander';
import { Instant } from '../../../domain/shared/instant.ts';
import type { CliDeps } from './cli-deps.ts';
import { propertyTable } from './property-table.ts';
import { escapedJson } from './visible-json.ts';

type Options = { jwks: string; fingerprint?: string; product?: string; json?: true };

export const licenseVerifyCommand = ({ verifyLicenseFile, write }: CliDeps): Command =>
  new Command('verify')
    .description('Check a license file, with public keys and without the server')
    .argument('<file>', 'the license file: a JWT, or the answer that it came in')
    .requiredOption('--jwks <url|file>', 'the public keys: /.well-known/jwks.json of the server, or a copy of it')
    .option('--fingerprint <fingerprint>', 'of the machine that it must be for')
    .option('--product <name>', 'that it must be for')
    .option('--json', 'print the claims as JSON')
    .action(async (file: string, { jwks, fingerprint, product, json }: Options) => {
      const claims = await verifyLicenseFile({ file, keys: jwks, fingerprint, product });
      if (json) return write(escapedJson(claims));
      const table = await propertyTable([
        ['license', claims.sub],
        ['user', claims.user_id],
        ['product', claims.product ?? 'none in particular'],
        ['machine', claims.fingerprint ?? 'any'],
        ['entitlements', claims.entitlements.length === 0 ? 'none' : claims.entitlements.join(', ')],
        ['good until', moment(claims.exp)],
        ['license ends', claims.license_expires_at ?? 'never'],
        ['issuer', claims.iss],
      ]);
      write(`The license file is good.\n${table}`);
    });

const moment = (seconds: number): string => Instant.format(Instant.fromEpochMs(seconds * 1000));
