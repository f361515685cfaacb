import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PrometheusMetrics } from './prometheus-metrics.ts';

const linesOf = async (metrics: PrometheusMetrics, name: string): Promise<string[]> =>
  (await metrics.render()).text.split('\n').filter((line) => line.startsWith(name));

describe('PrometheusMetrics', () => {
  it('counts a duration in its bucket and all above; a bucket includes its bound', async () => {
    const metrics = new PrometheusMetrics();
    for (const ms of [0.5, 1, 1.1, 60_000]) metrics.observeQuery('select', ms);
    const lines = await linesOf(metrics, 'store_query_duration_seconds');
    assert.equal(lines[0], 'store_query_duration_seconds_bucket{le="0.001",kind="select"} 2');
    assert.equal(lines[1], 'store_query_duration_seconds_bucket{le="0.0025",kind="select"} 3');
    assert.equal(lines[12], 'store_query_duration_seconds_bucket{le="10",kind="select"} 3');
    assert.equal(lines[13], 'store_query_duration_seconds_bucket{le="+Inf",kind="select"} 4');
    assert.match(lines[14] ?? '', /^store_query_duration_seconds_sum\{kind="select"\} 60\.002/);
    assert.equal(lines[15], 'store_query_duration_seconds_count{kind="select"} 4');
  });

  it('separates routes, methods and statuses', async () => {
    const metrics = new PrometheusMetrics();
    for (const status of [200, 200, 404]) metrics.observeRequest({ method: 'GET', route: '/a', status, seconds: 0 });
    metrics.observeRequest({ method: 'PUT', route: '/a', status: 200, seconds: 0 });
    assert.deepEqual(await linesOf(metrics, 'http_request_duration_seconds_count'), [
      'http_request_duration_seconds_count{method="GET",route="/a",status="200"} 2',
      'http_request_duration_seconds_count{method="GET",route="/a",status="404"} 1',
      'http_request_duration_seconds_count{method="PUT",route="/a",status="200"} 1',
    ]);
  });

  it('adds up emails and calls, and keeps the last value of quotas and circuits', async () => {
    const metrics = new PrometheusMetrics();
    for (const count of [2, 0, 3]) metrics.countEmails('sent', count);
    for (const remaining of [10, 9]) metrics.observeQuota({ service: 'github', quota: 'core', remaining });
    metrics.observeCircuit({ service: 'github', isOpen: true });
    metrics.observeCall({ service: 'github', result: '2xx', seconds: 0.02 });
    assert.deepEqual(await linesOf(metrics, 'emails_total'), ['emails_total{result="sent"} 5']);
    const quota = 'upstream_quota_remaining{service="github",quota="core"} 9';
    assert.deepEqual(await linesOf(metrics, 'upstream_quota_remaining'), [quota]);
    assert.deepEqual(await linesOf(metrics, 'upstream_circuit_open'), ['upstream_circuit_open{service="github"} 1']);
    const calls = 'upstream_call_duration_seconds_count{service="github",result="2xx"} 1';
    assert.deepEqual(await linesOf(metrics, 'upstream_call_duration_seconds_count'), [calls]);
  });

  it('reads the hashing queue at each scrape', async () => {
    const metrics = new PrometheusMetrics();
    const hasher = { active: 1, waiting: 2 };
    metrics.watchHashing(hasher);
    await metrics.render();
    hasher.waiting = 7;
    assert.deepEqual(await linesOf(metrics, 'password_hashing_waiting'), ['password_hashing_waiting 7']);
  });
});
