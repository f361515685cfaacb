import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Caller } from '../../src/domain/access/caller.ts';
import { pagesOf } from '../../test/pages/browser.ts';
import { CLIENT, useSite } from './harness.ts';

const PIECES = 6;
const PAUSE_MS = 50;
const SCRIPT_DELAY_MS = 200;

/** What makes a browser wait for the whole page. Some browsers do not know it. */
const EXPECT = /<link rel="expect"[^>]*>\n/;

/**
 * Stands between browser and site, and sends each page in pieces and its script late, as a slow network does.
 * @param site address of it
 * @param edit changes a page before it is sent; default: not at all
 */
const startSlowNetwork = async (site: string, edit = (page: string): string => page) => {
  const server = createServer((received, response) => {
    const { method, headers } = received;
    const forwarded = { method, headers: { ...headers, 'accept-encoding': 'identity' } };
    const sent = request(new URL(received.url ?? '/', site), forwarded, async (answer) => {
      const whole = await buffer(answer);
      const type = answer.headers['content-type'] ?? '';
      const isPage = type.startsWith('text/html');
      if (type.includes('javascript')) await wait(SCRIPT_DELAY_MS);
      const content = isPage ? Buffer.from(edit(whole.toString())) : whole;
      const { 'content-length': _, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, kept);
      const length = isPage ? Math.ceil(content.length / PIECES) : content.length;
      for (let start = 0; start < content.length; start += length) {
        response.write(content.subarray(start, start + length));
        await wait(PAUSE_MS);
      }
      response.end();
    });
    received.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
};

describe('Pages that arrive in pieces', () => {
  let account: string;
  let license: string;
  let token: string;
  const suite = useSite(
    async ({ join, useCases }) => {
      account = await join('ines@example.com', { name: 'Ines Marlowe', role: 'admin' });
      await useCases.recordDailyCounts.measure(async () => {});
      const command = { caller: Caller.system('cli'), client: CLIENT };
      const terms = { product: 'editor-pro', days: 365, maxActivations: 3 };
      ({ id: license } = await useCases.issueLicense.execute({ ...command, userId: account, terms }));
      const machine = { fingerprint: 'a1c47be9d2503f86', name: 'Laptop' };
      await useCases.activateLicense.execute({ ...command, licenseId: license, ...machine });
      const input = { name: 'build server', scopes: ['licenses:read'] as const };
      ({ id: token } = (await useCases.manageTokens.create({ ...command, input })).token);
    },
    async () => ({ SAMPLE_USERS: 'on', THROTTLE: 'off', REGISTRATION: 'confirmed' }),
  );

  const small = [
    '/login',
    '/account/new',
    '/account/reset/request',
    '/account/reset#reset_token=gld_reset_x',
    '/account/confirm#confirmation_token=gld_confirm_x',
  ];

  for (const width of [1280, 390]) {
    it(`have nothing that moves, ${width} pixels wide`, async () => {
      using network = await startSlowNetwork(suite.site.url);
      const visit = await suite.visit({ site: { ...suite.site, url: network.url } });
      await visit.page.setViewportSize({ width, height: 800 });
      await visit.assertStill(small);
      await visit.logIn('ines@example.com');
      await visit.page.waitForURL('**/console');
      await visit.assertStill(pagesOf(suite.site, { account, license, token }));
      await visit.end();
    });

    it(`have small forms that do not move where a browser paints at once, ${width} pixels wide`, async () => {
      using network = await startSlowNetwork(suite.site.url, (page) => page.replace(EXPECT, ''));
      const visit = await suite.visit({ site: { ...suite.site, url: network.url } });
      await visit.page.setViewportSize({ width, height: 800 });
      await visit.assertStill(small);
      await visit.end();
    });
  }
});
