import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Condition, DeveloperPair } from './developer-pair.ts';
import type { Evidence, FollowsAnswer, NoResponse, OrganisationsAnswer } from './evidence.ts';
import { type CanonicalHandle, Handle } from './handle.ts';

const pairOf = (one: string, other: string) => DeveloperPair.of(Handle.parse(one), Handle.parse(other));
const pair = pairOf('dev1', 'dev2');

const silent: NoResponse = { kind: 'no-response' };
const yes: FollowsAnswer = { kind: 'yes' };
const no: FollowsAnswer = { kind: 'no' };
const notAsked: FollowsAnswer = { kind: 'not-asked' };
const unknownOrganisations: OrganisationsAnswer = { kind: 'unknown' };
const isProtected = { kind: 'inconclusive', reason: 'Twitter keeps it to itself.' } as const;
const tooMany = { kind: 'inconclusive', reason: 'GitHub has too many.' } as const;
const of = (...names: string[]): OrganisationsAnswer => ({ kind: 'organisations', names: new Set(names) });
const unknownDevelopers = (...names: string[]): FollowsAnswer => ({
  kind: 'unknown',
  developers: new Set(names as CanonicalHandle[]),
});

const weigh = (follows: Evidence['follows'], ...organisations: Evidence['organisations']) =>
  pair.evaluate({ follows, organisations });
const without = (...missing: Condition[]) => ({ kind: 'decided', connection: { connected: false, missing } });

describe('DeveloperPair', () => {
  it('is the same pair in either order and any case', () => {
    const names = ({ first, second }: DeveloperPair) => [first, second];
    assert.deepEqual(names(pairOf('Grace', 'ADA')), names(pairOf('ada', 'grace')));
    assert.deepEqual(names(pairOf('ada', 'grace')), ['ada', 'grace']);
  });

  it('is not one developer twice, however their name is written', () => {
    assert.throws(() => pairOf('dev1', 'dev1'), { code: 'pair.same-developer' });
    assert.throws(() => pairOf('dev1', 'DEV1'), { code: 'pair.same-developer' });
  });

  it('is connected by following each other and an organisation in common, and names those, sorted', () => {
    assert.deepEqual(weigh(yes, of('zeta', 'acm', 'Royal'), of('ieee', 'zeta', 'acm', 'Royal')), {
      kind: 'decided',
      connection: { connected: true, organisations: ['Royal', 'acm', 'zeta'] },
    });
  });

  it('is not connected by one of the two alone', () => {
    assert.deepEqual(weigh(yes, of('acm'), of('ieee')), without('organisation'));
    assert.deepEqual(weigh(yes, of(), of()), without('organisation'));
    assert.deepEqual(weigh(no, of('acm'), of('acm')), without('follows'));
    assert.deepEqual(weigh(no, of('acm'), of('ieee')), without('follows', 'organisation'));
  });

  it('lists the services that do not know a developer, in the fixed order and words', () => {
    assert.deepEqual(weigh(unknownDevelopers('dev1', 'dev2'), unknownOrganisations, unknownOrganisations), {
      kind: 'unknown',
      messages: [
        'dev1 is no a valid user in github',
        'dev1 is no a valid user in twitter',
        'dev2 is no a valid user in github',
        'dev2 is no a valid user in twitter',
      ],
    });
    assert.deepEqual(weigh(unknownDevelopers('dev2'), unknownOrganisations, of()), {
      kind: 'unknown',
      messages: ['dev1 is no a valid user in github', 'dev2 is no a valid user in twitter'],
    });
  });

  it('lists them in the order and case of the request', () => {
    const asked = pairOf('DEV2', 'Dev1');
    const result = asked.evaluate({
      follows: unknownDevelopers('dev1', 'dev2'),
      organisations: [of(), unknownOrganisations],
    });
    assert.deepEqual(result.kind === 'unknown' && result.messages, [
      'DEV2 is no a valid user in twitter',
      'Dev1 is no a valid user in github',
      'Dev1 is no a valid user in twitter',
    ]);
  });

  it('reports an unknown developer, even while another service does not respond or withholds', () => {
    for (const follows of [silent, isProtected, no, yes])
      assert.equal(weigh(follows, unknownOrganisations, of()).kind, 'unknown');
    assert.equal(weigh(unknownDevelopers('dev1'), silent, silent).kind, 'unknown');
  });

  it('is undecided while a service does not respond, which may not know them', () => {
    assert.deepEqual(weigh(silent, of('acm'), of('acm')), { kind: 'undecided', messages: [] });
    assert.deepEqual(weigh(silent, of('acm'), of('ieee')), { kind: 'undecided', messages: [] });
    assert.deepEqual(weigh(no, silent, of('acm')), { kind: 'undecided', messages: [] });
    assert.deepEqual(weigh(yes, of('acm'), silent), { kind: 'undecided', messages: [] });
  });

  it('takes what is held back for "no" never, and for "undecided" only where it matters', () => {
    const shy = { kind: 'undecided', messages: ['Twitter keeps it to itself.'] };
    assert.deepEqual(weigh(isProtected, of('acm'), of('acm')), shy);
    assert.deepEqual(weigh(isProtected, of('acm'), of('ieee')), without('organisation'));
    assert.deepEqual(weigh(yes, tooMany, of('acm')), { kind: 'undecided', messages: ['GitHub has too many.'] });
    assert.deepEqual(weigh(no, tooMany, of('acm')), without('follows'));
    assert.deepEqual(weigh(isProtected, tooMany, tooMany), {
      kind: 'undecided',
      messages: ['Twitter keeps it to itself.', 'GitHub has too many.'],
    });
  });

  it('is not connected without asking who follows whom, where they share nothing', () => {
    assert.deepEqual(weigh(notAsked, of('acm'), of('ieee')), without('organisation'));
    assert.equal(weigh(notAsked, tooMany, of('acm')).kind, 'undecided');
  });

  it('is worth paying for only where both are known to share an organisation', () => {
    assert.equal(pair.mayBeConnected([of('acm'), of('acm', 'ieee')]), true);
    for (const other of [of('ieee'), of(), unknownOrganisations, silent, tooMany]) {
      assert.equal(pair.mayBeConnected([of('acm'), other]), false);
      assert.equal(pair.mayBeConnected([other, of('acm')]), false);
    }
  });
});
