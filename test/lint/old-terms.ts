/** Words that this project once had for things that the field has a term for, each with that term. */
export const OLD_TERMS: Readonly<Record<string, string>> = {
  admits: 'creates, allows',
  admit: 'create, allow',
  admitted: 'created, allowed',
  anybody: 'anyone, or name the subject',
  blotted: 'redacted',
  crew: 'cluster',
  departure: 'graceful shutdown',
  everybody: 'everyone, or name the subject',
  greet: 'print the startup banner',
  greeting: 'startup banner',
  helping: 'page',
  helpings: 'pages',
  hopeless: 'failed permanently',
  house: 'server, service',
  houses: 'servers, services',
  letterhead: 'email template',
  mother: 'test data builder',
  mothers: 'test data builders',
  nobody: 'no one, or name the subject',
  nonsense: 'invalid response',
  purse: 'budget',
  quotabook: 'rate-limit tracker',
  reception: 'import result',
  refusal: 'error',
  refusals: 'errors',
  rung: 'character class',
  rungs: 'character classes',
  shelf: 'cache',
  somebody: 'someone, or name the subject',
  stranger: 'anonymous caller',
  strangers: 'anonymous callers',
  streak: 'consecutive failures',
  told: 'sent, reported, notified',
  torture: 'crash test',
  verdict: 'check, result',
  visitor: 'caller, principal',
  visitors: 'callers',
  whoever: 'name the subject',
  wish: 'query, options, input',
  wished: 'requested',
  wishes: 'options',
  workshop: 'runner',
};

/** The few places where such a word is meant as it stands. `path` is a file, or a folder with a slash at its end. */
export const EXCEPTIONS: readonly Readonly<{ path: string; words: readonly string[]; reason: string }>[] = [
  { path: 'test/http/password-keeping.test.ts', words: ['mother'], reason: "A question such as one's mother's name." },
  { path: 'test/lint/', words: Object.keys(OLD_TERMS), reason: 'The list itself and its test.' },
];

/** Fixed names that hold such a word: error codes are never renamed. */
export const FIXED_NAMES = ['random-users.nonsense', 'upstream.nonsense'];
