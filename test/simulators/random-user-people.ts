import { createHash } from 'node:crypto';
import { SeededRandom } from '../doubles/seeded-random.ts';
import { NAMES } from './random-user-names.ts';

/** In the order of a response. */
export const FIELDS = [
  'gender',
  'name',
  'location',
  'email',
  'login',
  'dob',
  'registered',
  'phone',
  'cell',
  'id',
  'picture',
  'nat',
] as const;

export const NATIONALITIES: readonly string[] = Object.keys(NAMES);

const TITLES = ['Miss', 'Mrs', 'Ms'];
const ID_NAMES: Readonly<Record<string, string>> = {
  DK: 'CPR',
  FI: 'HETU',
  FR: 'INSEE',
  GB: 'NINO',
  IE: 'PPS',
  US: 'SSN',
};
const PORTRAITS = 'https://randomuser.me/api/portraits';

type Selection = Readonly<{
  count: number;
  seed: string;
  page: number;
  nationalities: readonly string[];
  gender: string | undefined;
}>;

/** Users with all fields, the same for the same seed and page. */
export function* people({ count, seed, page, nationalities, gender }: Selection): Generator<Record<string, unknown>> {
  const random = new SeededRandom(page === 1 ? seed : `${seed}${page}`);
  for (let nth = 0; nth < count; nth += 1) yield person(random, nationalities, gender);
}

const person = (random: SeededRandom, nationalities: readonly string[], wanted: string | undefined) => {
  const oneOf = <T>(items: readonly T[]): T => items[random.below(items.length)] as T;
  const digits = (count: number) => Array.from({ length: count }, () => random.below(10)).join('');
  const nat = oneOf(nationalities);
  const gender = oneOf(['male', 'female']);
  const shown = wanted ?? gender;
  const names = NAMES[nat] as (typeof NAMES)[string];
  const first = oneOf(cut(shown === 'male' ? names.male : names.female));
  const last = oneOf(cut(names.last));
  const salt = digits(8);
  const password = `secret${digits(2)}`;
  const hashed = (algorithm: string) =>
    createHash(algorithm)
      .update(password + salt)
      .digest('hex');
  const portrait = `${shown === 'male' ? 'men' : 'women'}/${random.below(97)}.jpg`;
  return {
    gender: shown,
    name: { title: shown === 'male' ? 'Mr' : oneOf(TITLES), first, last },
    location: {
      street: { number: 1 + random.below(9999), name: `${oneOf(cut(names.last))} Street` },
      city: `${oneOf(cut(names.last))}ville`,
      state: `${oneOf(cut(names.last))}shire`,
      country: names.country,
      // The real one is a number here and a string there, by country.
      postcode: ['GB', 'CA', 'NL'].includes(nat) ? `AB${digits(1)} ${digits(1)}CD` : 10_000 + random.below(90_000),
      coordinates: { latitude: `${random.below(90)}.${digits(4)}`, longitude: `-${random.below(180)}.${digits(4)}` },
      timezone: { offset: '+1:00', description: 'Brussels, Copenhagen, Madrid, Paris' },
    },
    email: `${latin(`${first}.${last}`).replaceAll(' ', '').toLowerCase()}@example.com`,
    login: {
      uuid: `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`,
      username: `happyfrog${digits(3)}`,
      password,
      salt,
      md5: hashed('md5'),
      sha1: hashed('sha1'),
      sha256: hashed('sha256'),
    },
    dob: { date: `19${50 + random.below(50)}-07-23T09:18:33.666Z`, age: 27 + random.below(50) },
    registered: { date: `20${10 + random.below(12)}-10-18T04:05:51.990Z`, age: 4 + random.below(12) },
    phone: `0${digits(2)}-${digits(3)}-${digits(4)}`,
    cell: `08${digits(1)}-${digits(3)}-${digits(4)}`,
    id: { name: ID_NAMES[nat] ?? '', value: ID_NAMES[nat] === undefined ? null : digits(8) },
    picture: {
      large: `${PORTRAITS}/${portrait}`,
      medium: `${PORTRAITS}/med/${portrait}`,
      thumbnail: `${PORTRAITS}/thumb/${portrait}`,
    },
    nat,
  };
};

const cut = (list: string): readonly string[] => list.split(' ').map((name) => name.replaceAll('_', ' '));

const SPELLED: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'آ=a ا=a ب=b پ=p ت=t ث=th ج=j چ=ch ح=h خ=kh د=d ذ=dh ر=r ز=z ژ=zh س=s ش=sh ص=s ض=d ط=t ظ=z ع=a غ=gh ف=f ق=q ' +
    'ک=kh گ=g ل=l م=m ن=n و=w ه=h ی=y ø=o Ø=O æ=ae Æ=AE å=a Å=A ß=ss đ=d Đ=D ı=i ł=l'
  )
    .split(' ')
    .map((pair) => pair.split('=')),
);

/** Addresses are in ASCII, whatever script the name is in. */
const latin = (text: string): string =>
  [...text.normalize('NFC')]
    .map((letter) => SPELLED[letter] ?? letter)
    .join('')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '');
