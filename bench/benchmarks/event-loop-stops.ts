import type { BenchmarkResult } from '../harness/goals.ts';
import type { Runner } from '../harness/runner.ts';
import { spreadOf } from '../harness/statistics.ts';
import { validateRequests } from '../seed/requests.ts';
import type { Seed } from '../seed/seed-data.ts';
import type { Server } from '../servers/servers.ts';
import { ADMIN_KEY } from '../servers/settings.ts';

/** The peak of 10 million users with 100 million validations a day. */
const PER_SECOND = 5_800;

const CONNECTIONS = 64;

/** Times of validations are stored every 5 s; a round has some of these. */
const ROUND_FACTOR = 3;

/** Most different licenses in a round. */
const LICENSES = 200_000;

/** What Node's histogram of event-loop delays adds to each: the interval of its timer. Unit: ms. */
const INTERVAL_MS = 10;

/** The longest stop of the event loop while different licenses are validated at a constant rate. Goal 7c. */
export const eventLoopStops = async (runner: Runner, server: Server & { seed: Seed }): Promise<BenchmarkResult> => {
  const { options, generator, log } = runner;
  const templates = validateRequests(server.seed, LICENSES);
  const stops: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    // The first scrape loads the library, and the second begins another measurement.
    for (const _ of [1, 2]) await longestStopMs(server);
    const load = { url: server.url, connections: CONNECTIONS, seconds: options.seconds * ROUND_FACTOR, templates };
    const { requests, seconds } = await generator.runAtConstantRate(load, PER_SECOND);
    stops.push(Math.max(0, (await longestStopMs(server)) - INTERVAL_MS));
    rates.push(requests / seconds);
    server.process.emptyLog();
    log(
      `${(requests / seconds).toFixed(0)} validations per second: stopped for ${stops.at(-1)?.toFixed(1)} ms at most`,
    );
  }
  const [stop, rate] = [spreadOf(stops), spreadOf(rates)];
  return {
    goals: [{ goal: '7c', of: `${server.seed.users.toLocaleString('en-US')} licenses`, value: stop }],
    tables: [
      {
        title: `Validations of different licenses at ${PER_SECOND.toLocaleString('en-US')} per second`,
        head: ['per second', 'longest stop of the event loop, ms', 'min–max'],
        rows: [[rate.median.toFixed(0), stop.median.toFixed(1), `${stop.min.toFixed(1)}–${stop.max.toFixed(1)}`]],
      },
    ],
  };
};

/** Since it was last asked. */
const longestStopMs = async ({ url }: Server): Promise<number> => {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  const text = await response.text();
  const seconds = /^nodejs_eventloop_lag_max_seconds(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1];
  if (seconds === undefined) throw new Error(`The metrics lack the lag of the event loop: ${response.status}`);
  return Number(seconds) * 1_000;
};
