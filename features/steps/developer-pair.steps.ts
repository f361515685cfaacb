import assert from 'node:assert/strict';
import { After, Before, type DataTable, Given, Then, When, type World } from '@cucumber/cucumber';
import { assemblyNamed } from '../support/assemblies.ts';
import {
  CheckRejected,
  type Connection,
  type DeveloperPairsDriver,
  type HistoryEntry,
  type NetworkName,
} from '../support/developer-pairs-driver.ts';

const HOUR_MS = 3_600_000;

/** What a scenario about pairs has at hand. It stands beside the world of the other features and asks nothing of it. */
type Scene = { pairs: DeveloperPairsDriver; outcome: Connection | CheckRejected | undefined };

const scenes = new WeakMap<World, Scene>();

const sceneOf = (world: World): Scene => {
  const scene = scenes.get(world);
  assert.ok(scene, 'This feature needs the tag @developer-pairs');
  return scene;
};

Before({ tags: '@developer-pairs' }, async function (this: World) {
  scenes.set(this, { pairs: await assemblyNamed(this.parameters.assembly).pairs(), outcome: undefined });
});

After({ tags: '@developer-pairs' }, async function (this: World) {
  await sceneOf(this).pairs.close();
});

Given('the developers {word} and {word} on Twitter and GitHub', function (this: World, one: string, other: string) {
  for (const name of [one, other]) {
    for (const network of ['Twitter', 'GitHub'] as const) sceneOf(this).pairs.join(network, name);
  }
});

Given('the developer {word} on {word} alone', function (this: World, name: string, network: NetworkName) {
  sceneOf(this).pairs.join(network, name);
});

Given('{word} follows {word} on Twitter', function (this: World, from: string, to: string) {
  sceneOf(this).pairs.follow(from, to);
});

const followEachOther = ({ pairs }: Scene, one: string, other: string) => {
  pairs.follow(one, other);
  pairs.follow(other, one);
};

Given('{word} and {word} follow each other on Twitter', function (this: World, one: string, other: string) {
  followEachOther(sceneOf(this), one, other);
});

Given(
  '{int} hours later {word} and {word} follow each other on Twitter',
  function (this: World, hours: number, one: string, other: string) {
    sceneOf(this).pairs.passTime(hours * HOUR_MS);
    followEachOther(sceneOf(this), one, other);
  },
);

Given(
  '{int} hours later {word} no longer follows {word} on Twitter',
  function (this: World, hours: number, from: string, to: string) {
    sceneOf(this).pairs.passTime(hours * HOUR_MS);
    sceneOf(this).pairs.unfollow(from, to);
  },
);

Given('{word} shows the organisations {string} on GitHub', function (this: World, name: string, list: string) {
  sceneOf(this).pairs.show(name, list.split(', '));
});

Given('the Twitter accounts of {word} and {word} are protected', function (this: World, one: string, other: string) {
  for (const name of [one, other]) sceneOf(this).pairs.protect(name);
});

Given(/^(Twitter|GitHub) does not answer$/, function (this: World, network: NetworkName) {
  sceneOf(this).pairs.goDown(network);
});

Given('the pair {word} and {word} has been checked', async function (this: World, one: string, other: string) {
  await sceneOf(this).pairs.check(one, other);
});

Given(
  'the pair {word} and {word} has been checked {int} times, an hour apart',
  async function (this: World, one: string, other: string, times: number) {
    for (let n = 0; n < times; n += 1) {
      await sceneOf(this).pairs.check(one, other);
      sceneOf(this).pairs.passTime(HOUR_MS);
    }
  },
);

When('the pair {word} and {word} is checked', async function (this: World, one: string, other: string) {
  const scene = sceneOf(this);
  scene.outcome = await scene.pairs.check(one, other).catch((error: unknown) => {
    if (error instanceof CheckRejected) return error;
    throw error;
  });
});

Then('the pair is connected by {string}', function (this: World, list: string) {
  assert.deepEqual(sceneOf(this).outcome, { connected: true, organisations: list.split(', ') });
});

Then('the pair is not connected', function (this: World) {
  assert.deepEqual(sceneOf(this).outcome, { connected: false });
});

const rejectionIn = ({ outcome }: Scene): CheckRejected => {
  assert.ok(outcome instanceof CheckRejected, `The check was answered: ${JSON.stringify(outcome)}`);
  return outcome;
};

Then('the check is rejected, because {string}', function (this: World, sentence: string) {
  const { code, messages } = rejectionIn(sceneOf(this));
  assert.deepEqual([code, messages], ['pair.same-developer', [sentence]]);
});

Then('there is no such developer:', function (this: World, table: DataTable) {
  const { code, messages } = rejectionIn(sceneOf(this));
  assert.deepEqual([code, messages], ['developer.unknown', table.raw().flat()]);
});

Then(
  /^the check is undecided, because (Twitter|GitHub) does not (disclose it|answer)$/,
  function (this: World, network: NetworkName, does: string) {
    const { code, messages } = rejectionIn(sceneOf(this));
    assert.equal(code, does === 'disclose it' ? 'pair.undecided' : 'upstream.unavailable');
    assert.ok(messages.length === 1 && messages[0]?.startsWith(`${network} `), messages.join());
  },
);

const historyOf = async ({ pairs }: Scene, one: string, other: string, limit = 100) => {
  const pages: (readonly HistoryEntry[])[] = [];
  let next: string | undefined;
  do {
    const page = await pairs.history(one, other, { limit, ...(next === undefined ? {} : { next }) });
    pages.push(page.entries);
    next = page.next;
  } while (next !== undefined);
  return pages;
};

const inWords = ({ at, connection }: HistoryEntry): string[] => [
  at,
  connection.connected ? `connected by ${connection.organisations.join(', ')}` : 'not connected',
];

Then('the history of {word} and {word} is empty', async function (this: World, one: string, other: string) {
  assert.deepEqual(await historyOf(sceneOf(this), one, other), [[]]);
});

Then(
  'the history of {word} and {word} is:',
  async function (this: World, one: string, other: string, table: DataTable) {
    const pages = await historyOf(sceneOf(this), one, other);
    assert.deepEqual(pages.flat().map(inWords), table.raw());
  },
);

Then(
  'the history of {word} and {word}, read {int} at a time, has {int} checks on {int} pages',
  async function (this: World, one: string, other: string, limit: number, checks: number, pages: number) {
    const read = await historyOf(sceneOf(this), one, other, limit);
    assert.deepEqual([new Set(read.flat().map(({ at }) => at)).size, read.length], [checks, pages]);
  },
);
