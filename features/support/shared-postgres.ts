import { BeforeAll } from '@cucumber/cucumber';
import { shareWithRun } from '../../test/postgres/shared-postgres.ts';

/** Before the first scenario, which would run out of time while a server starts. */
BeforeAll({ timeout: 600_000 }, async function () {
  if (this.parameters.assembly === 'postgres') await shareWithRun();
});
