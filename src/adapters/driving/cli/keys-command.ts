import { Command } from 'commander';
import type { Rotation } from '../../../application/license/rotate-signing-key.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { caller, client } from './administration.ts';
import type { CliDeps } from './cli-deps.ts';
import { EXIT } from './exit-codes.ts';
import { withExamples } from './options.ts';
import { asJson, counted } from './output.ts';

export const keysCommand = (deps: CliDeps, exitWith: (code: number) => void): Command =>
  new Command('keys')
    .description('Manage the keys that sign license files, and the key that encrypts secrets in the store.')
    .addCommand(rotateCommand(deps))
    .addCommand(resealCommand(deps, exitWith));

const rotateCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    new Command('rotate')
      .description(
        'Publish a new key, which signs license files after six minutes: until then applications may have cached the keys without it. The old public key stays published while files signed with it are valid.',
      )
      .option('--json', 'print the key ids as JSON')
      .action(async ({ json }: { json?: true }) => {
        const rotation = await withStore('existing', ({ rotateSigningKey }) =>
          rotateSigningKey.execute({ caller, client }),
        );
        write(json ? rotationAsJson(rotation) : rotationText(rotation));
      }),
    'guildhall keys rotate',
  );

const resealCommand = ({ withStore, write, writeError }: CliDeps, exitWith: (code: number) => void): Command =>
  withExamples(
    new Command('reseal')
      .description(
        'Encrypt the secrets in the store again that SEALING_KEY_OLD opens: with SEALING_KEY, by default with a key derived from LICENSE_KEY_SECRET. The server may run meanwhile, with the same settings.',
      )
      .option('--json', 'print the counts as JSON')
      .action(async ({ json }: { json?: true }) => {
        const { keyId, resealed, unopened } = await withStore('existing', ({ resealValues }) =>
          resealValues.execute({ caller, client }),
        );
        write(
          json
            ? asJson({ key_id: keyId, resealed, unopened })
            : `${counted(resealed, 'value')} encrypted again, with the key ${keyId}.\n`,
        );
        if (unopened === 0) return;
        writeError(
          `${counted(unopened, 'value')} cannot be opened, neither with the current key nor with SEALING_KEY_OLD, and stayed as before.\n`,
        );
        exitWith(EXIT.unavailable);
      }),
    'SEALING_KEY_OLD_FILE=old-key guildhall keys reseal',
  );

const rotationAsJson = ({ kid, signsFrom, retired }: Rotation): string =>
  asJson({
    kid,
    signs_from: Instant.format(signsFrom),
    retired: retired === undefined ? null : { kid: retired.kid, shown_until: Instant.format(retired.publishedUntil) },
  });

const rotationText = ({ kid, signsFrom, retired }: Rotation): string =>
  `The key ${kid} is published and signs license files from ${Instant.format(signsFrom)}.\n${
    retired === undefined
      ? 'It is the first key.\n'
      : `Until then ${retired.kid} signs them. Its public key is published until ${Instant.format(retired.publishedUntil)}.\n`
  }`;
