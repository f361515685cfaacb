import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../src/domain/shared/secret.ts';
import type { SealedPlace, Sealer } from '../../src/ports/sealer.ts';
import { anId } from '../builders/ids.ts';

type Keys = Readonly<{ current?: Secret | undefined; old?: Secret | undefined }>;

const [FIRST, SECOND] = [
  new Secret('the first secret of 32 characters'),
  new Secret('the second secret, as long as that'),
];
const PLACE: SealedPlace = { table: 'second_factors', column: 'seed', rowId: anId(1) };
const SEED = new Secret('JBSWY3DPEHPK3PXP');
const UNAVAILABLE = { name: 'PortError', code: 'sealing.unavailable' };

/** What every Sealer promises. */
export const sealerContract = (adapter: string, open: (keys: Keys) => Sealer): void => {
  describe(`Sealer contract: ${adapter}`, () => {
    it('opens what another instance with the same key has sealed', () => {
      const sealed = open({ current: FIRST }).seal(SEED, PLACE);
      assert.equal(open({ current: FIRST }).open(sealed, PLACE).reveal(), SEED.reveal());
    });

    it('keeps any text', () => {
      const sealer = open({ current: FIRST });
      for (const text of ['', 'Žofie 🐎\n\0', 'x'.repeat(100_000)]) {
        assert.equal(sealer.open(sealer.seal(new Secret(text), PLACE), PLACE).reveal(), text);
      }
    });

    it('begins a value with the id of its key and shows nothing of the text', () => {
      const sealer = open({ current: FIRST });
      const sealed = sealer.seal(SEED, PLACE);
      const { current } = sealer.keyIds();
      assert.match(String(current), /^[0-9a-f]{8}$/);
      assert.ok(sealed.startsWith(String(current)));
      assert.ok(!Buffer.from(sealed.slice(9), 'base64url').includes(SEED.reveal()));
    });

    it('ASVS 11.3.4: gives another value each time', () => {
      const sealer = open({ current: FIRST });
      const values = Array.from({ length: 5_000 }, () => sealer.seal(SEED, PLACE));
      assert.equal(new Set(values).size, 5_000);
    });

    it('opens a value in its own place only', () => {
      const sealer = open({ current: FIRST });
      const sealed = sealer.seal(SEED, PLACE);
      for (const other of [{ table: 'users' }, { column: 'other' }, { rowId: anId(2) }]) {
        assert.throws(() => sealer.open(sealed, { ...PLACE, ...other } as SealedPlace), UNAVAILABLE);
      }
    });

    it('opens no value of which a character differs', () => {
      const sealer = open({ current: FIRST });
      const sealed = sealer.seal(SEED, PLACE);
      // The last character has bits that mean nothing.
      for (let at = 0; at < sealed.length - 1; at += 1) {
        const bent = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
        assert.throws(() => sealer.open(bent, PLACE), UNAVAILABLE, `character ${at}`);
      }
      for (const text of ['', '.', 'JBSWY3DPEHPK3PXP', sealed.slice(0, 8), sealed.slice(0, 9), sealed.slice(9)]) {
        assert.throws(() => sealer.open(text, PLACE), UNAVAILABLE, text);
      }
    });

    it('opens values of the old key, and seals with the current one', () => {
      const [before, after] = [open({ current: FIRST }), open({ current: SECOND, old: FIRST })];
      assert.equal(after.open(before.seal(SEED, PLACE), PLACE).reveal(), SEED.reveal());
      assert.equal(open({ current: SECOND }).open(after.seal(SEED, PLACE), PLACE).reveal(), SEED.reveal());
      const [first, second] = [before.keyIds().current, open({ current: SECOND }).keyIds().current];
      assert.deepEqual(after.keyIds(), { current: second, known: [second, first] });
    });

    it('names a key once that is both the current and the old one', () => {
      const { current, known } = open({ current: FIRST, old: FIRST }).keyIds();
      assert.deepEqual(known, [current]);
    });

    it('opens nothing with another key, and names in the error the id of the key that is missing', () => {
      const sealed = open({ current: FIRST }).seal(SEED, PLACE);
      const missing = { ...UNAVAILABLE, message: new RegExp(String(open({ current: FIRST }).keyIds().current)) };
      assert.throws(() => open({ current: SECOND }).open(sealed, PLACE), missing);
      assert.throws(() => open({}).open(sealed, PLACE), missing);
    });

    it('seals nothing without a key; the old one alone opens its values', () => {
      const sealed = open({ current: FIRST }).seal(SEED, PLACE);
      const sealer = open({ old: FIRST });
      assert.throws(() => sealer.seal(SEED, PLACE), UNAVAILABLE);
      assert.throws(() => open({}).seal(SEED, PLACE), UNAVAILABLE);
      assert.deepEqual(open({}).keyIds(), { current: undefined, known: [] });
      assert.equal(sealer.open(sealed, PLACE).reveal(), SEED.reveal());
    });
  });
};
