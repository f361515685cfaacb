import { Command } from 'commander';
import type { Rotation } from '../../../application/license/rotate-signing-key.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { caller } from './administration.ts';
import type { CliDeps } from './cli-deps.ts';
import { withExamples } from './options.ts';
import { asJson } from './output.ts';

export const keysCommand = (deps: CliDeps): Command =>
  new Command('keys').description('Manage the keys that sign license files.').addCommand(rotateCommand(deps));

const rotateCommand = ({ withStore, write }: CliDeps): Command =>
  withExamples(
    new Command('rotate')
      .description(
        'Sign license files with a new key from now on. The old public key stays published while files signed with it are valid.',
      )
      .option('--json', 'print the key ids as JSON')
      .action(async ({ json }: { json?: true }) => {
        const rotation = await withStore('existing', ({ rotateSigningKey }) => rotateSigningKey.execute({ caller }));
        write(json ? rotationAsJson(rotation) : rotationText(rotation));
      }),
    'guildhall keys rotate',
  );

const rotationAsJson = ({ kid, retired }: Rotation): string =>
  asJson({
    kid,
    retired: retired === undefined ? null : { kid: retired.kid, shown_until: Instant.format(retired.publishedUntil) },
  });

const rotationText = ({ kid, retired }: Rotation): string =>
  `License files are signed with ${kid} from now on.\n${
    retired === undefined
      ? 'It is the first key.\n'
      : `The old public key ${retired.kid} is published until ${Instant.format(retired.publishedUntil)}.\n`
  }`;
