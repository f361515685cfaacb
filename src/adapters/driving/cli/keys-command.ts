import { Command } from 'commander';
import type { Rotation } from '../../../application/license/rotate-signing-key.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import { caller, client } from './administration.ts';
import type { CliDeps } from './cli-deps.ts';
import { withExamples } from './options.ts';
import { asJson } from './output.ts';

export const keysCommand = (deps: CliDeps): Command =>
  new Command('keys').description('Manage the keys that sign license files.').addCommand(rotateCommand(deps));

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
