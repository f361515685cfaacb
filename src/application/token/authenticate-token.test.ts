import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aToken } from '../../../test/builders/api-token-builder.ts';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { MemorySecurityLog } from '../../../test/doubles/memory-security-log.ts';
import { DerivedKeySealer } from '../../adapters/driven/encryption/derived-key-sealer.ts';
import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import { ProcessWindows } from '../../adapters/driven/system/process-windows.ts';
import { Sha256TokenHasher } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { ApiToken } from '../../domain/access/api-token.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { ProcessThrottle } from '../throttle/process-throttle.ts';
import { Authenticate } from '../user/authenticate.ts';
import { FactorRequirement } from '../user/factor-requirement.ts';
import { AuthenticateToken } from './authenticate-token.ts';
import { TokenUseBuffer } from './record-token-uses.ts';

const VALID = 'gld_api_0123456789abcdefghijABCDEFGHIJKL1d28u7';
const client = { ip: '192.0.2.7', userAgent: 'test', requestId: 'r1' };

/** The look-ups that authentication needs, by name, in their order. */
const start = async () => {
  const stores = new MemoryStores();
  const tokenHasher = new Sha256TokenHasher();
  const asked: string[] = [];
  const watched = <T extends object>(name: string, port: T): T =>
    new Proxy(port, {
      get(target, key) {
        asked.push(`${name}.${String(key)}`);
        const method = Reflect.get(target, key, target) as (...input: unknown[]) => unknown;
        return method.bind(target);
      },
    });
  const unitOfWork = watched('unitOfWork', stores);
  const [clock, securityLog, tokenUses] = [new FixedClock(NEW_YEAR), new MemorySecurityLog(), new TokenUseBuffer()];
  const common = { clock, securityLog, tokenHasher, unitOfWork, idGenerator: new Uuidv7Ids() };
  const administrationIsOpen = false;
  const authenticateToken = new AuthenticateToken({
    ...common,
    apiTokenQueries: watched('apiTokenQueries', stores.apiTokens),
    tokenUses,
    administrationIsOpen,
    refusesSamples: false,
  });
  const authenticate = new Authenticate({
    factorRequirement: new FactorRequirement({
      sealer: new DerivedKeySealer(() => ({ current: undefined, old: undefined })),
      requiredFactors: 'off',
      administrationIsOpen: false,
    }),
    ...common,
    sessionQueries: watched('sessionQueries', stores.sessions),
    access: { adminKeyHash: tokenHasher.hash(new Secret('admin')), administrationIsOpen },
    authenticateToken,
    processThrottle: new ProcessThrottle({ ...common, requestWindows: new ProcessWindows(), isOn: true }),
    sessionLimits: { idleMs: 1_000, ttlMs: 1_000 },
    staffIdleMs: 1_000,
    stepUpTtlMs: 1_000,
    refusesSamples: false,
    onTouchFailed: () => {},
  });
  const token = ApiToken.fromSnapshot({
    ...aToken({ ownerId: null }).toSnapshot(),
    tokenHash: tokenHasher.hash(new Secret(VALID)),
  });
  await stores.run(({ apiTokens }) => apiTokens.save(token));
  asked.length = 0;
  const execute = (text: string, options: { isBearer?: boolean; takesSessionsOnly?: boolean } = {}) =>
    authenticate.execute({ token: new Secret(text), isBearer: true, client, ...options });
  return { asked, execute, tokenUses };
};

describe('The authentication of an API token', () => {
  it('takes one look-up and no write, and never looks for a session', async () => {
    const { asked, execute, tokenUses } = await start();
    const { caller } = await execute(VALID);
    assert.deepEqual([caller.kind, caller.id, caller.scopes], ['token', anId(0x7001), ['licenses:read']]);
    assert.deepEqual(asked, ['apiTokenQueries.findByHash']);
    assert.deepEqual(tokenUses.take(), [{ id: caller.id, at: NEW_YEAR, ip: client.ip }]);
    assert.deepEqual(tokenUses.take(), []);
  });

  it('takes no look-up where the checksum is wrong', async () => {
    const { asked, execute, tokenUses } = await start();
    await assert.rejects(execute(`${VALID.slice(0, -1)}8`), { code: 'token.malformed' });
    assert.deepEqual([asked, tokenUses.take()], [[], []]);
  });

  it('is refused for an unknown token after one look-up', async () => {
    const { asked, execute, tokenUses } = await start();
    const other = 'gld_api_000000000000000000000000000000001OznUJ';
    await assert.rejects(execute(other), { code: 'token.refused' });
    assert.deepEqual(asked, ['apiTokenQueries.findByHash']);
    assert.deepEqual(tokenUses.take(), []);
  });

  it('does not take place for a cookie, nor where only sessions count', async () => {
    const { asked, execute } = await start();
    for (const options of [{ isBearer: false }, { takesSessionsOnly: true }]) {
      assert.equal((await execute(VALID, options)).caller.kind, 'anonymous');
    }
    assert.deepEqual(asked, []);
  });
});
