import type { Algorithm } from '@node-rs/argon2';

/**
 * Program: the upper limit of log-ins. Verifies a password against a hash repeatedly, `concurrency` at a time, and prints
 * the rate per second. Arguments: package, hash, password, concurrency, seconds.
 */
const [library = '', stored = '', password = '', concurrency = '', seconds = ''] = process.argv.slice(2);

const verifier = async (): Promise<() => Promise<boolean>> => {
  if (library === 'argon2') {
    const { verify } = await import('argon2');
    return () => verify(stored, password);
  }
  const { verify } = await import('@node-rs/argon2');
  return () => verify(stored, password, { algorithm: 2 as Algorithm });
};

const verify = await verifier();
if (!(await verify())) throw new Error('The password is not that of the hash');
const from = performance.now();
const until = from + Number(seconds) * 1_000;
const cpuBefore = process.cpuUsage();
let done = 0;
const worker = async (): Promise<void> => {
  while (performance.now() < until) {
    await verify();
    done += 1;
  }
};
await Promise.all(Array.from({ length: Number(concurrency) }, worker));
const perSecond = (done / (performance.now() - from)) * 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ perSecond, cpuMicros: (user + system) / done }));
