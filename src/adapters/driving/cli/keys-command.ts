import { Command } from 'commander';
import type { Rotation } from '../../../application/license/rotate-signing-key.ts';
import { Caller } from '../../../domain/access/caller.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import type { CliDeps } from './cli-deps.ts';

export const keysCommand = (deps: CliDeps): Command =>
  new Command('keys').description('The keys that license files are signed with').addCommand(rotateCommand(deps));

const rotateCommand = ({ withStore, write }: CliDeps): Command =>
  new Command('rotate')
    .description('Sign with a new key from now on; the old public key is shown while files signed with it live')
    .option('--json', 'print the key ids as JSON')
    .action(async ({ json }: { json?: true }) => {
      const rotation = await withStore('existing', ({ rotateSigningKey }) =>
        rotateSigningKey.execute({ caller: Caller.administrator() }),
      );
      write(json ? `${JSON.stringify(asJson(rotation), null, 2)}\n` : asText(rotation));
    });

const asJson = ({ kid, retired }: Rotation) => ({
  kid,
  retired: retired === undefined ? null : { kid: retired.kid, shown_until: Instant.format(retired.publishedUntil) },
});

const asText = ({ kid, retired }: Rotation): string =>
  `Files are signed with ${kid} from now on.\n${
    retired === undefined
      ? 'It is the first key.\n'
      : `The old public key ${retired.kid} is shown until ${Instant.format(retired.publishedUntil)}.\n`
  }`;
