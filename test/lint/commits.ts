import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Commits before this moment have other subjects. */
const SINCE = '2026-11-28T16:26:00Z';

const SUBJECT =
  /^(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\([a-z\d-]+(?: [a-z\d-]+)*\))?!?: \S.{0,119}$|^Merge /;

/** Whether a commit subject reads `type(scope): what is true now`. */
export const isSubject = (subject: string): boolean => SUBJECT.test(subject);

if (import.meta.main) {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  // An exported tree has no history; what is there of a shallow clone is checked.
  const { stdout } = spawnSync('git', ['log', '--format=%s', `--since=${SINCE}`], { cwd, encoding: 'utf8' });
  const subjects = (stdout ?? '').split('\n').filter(Boolean);
  const bad = subjects.filter((subject) => !isSubject(subject));
  for (const subject of bad) console.error(`Not "type(scope): what is true now": ${subject}`);
  console.log(`Commit subjects: ${bad.length} of ${subjects.length} are not in the form of CONTRIBUTING.md.`);
  process.exitCode = bad.length > 0 ? 1 : 0;
}
