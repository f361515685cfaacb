import createClient from 'openapi-fetch';
import type { components, paths } from './build/openapi-fetch/schema.js';
import { type Findings, tokenIn, type Visit } from './visit.js';

type Schemas = components['schemas'];

/** Registers, logs in, issues a license and validates it with openapi-typescript and openapi-fetch. */
export const walk = async ({ baseUrl, adminKey, email, password }: Visit): Promise<Findings> => {
  const anonymous = createClient<paths>({ baseUrl });
  const administrator = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${adminKey}` } });

  const registration = { email, password, age: 36 };
  const user: Schemas['User'] = orThrow(await anonymous.POST('/register', { body: registration }));
  const again = await anonymous.POST('/register', { body: registration });
  const problem: Schemas['Problem'] | undefined = again.error;

  const { response } = await anonymous.POST('/sessions', { body: { email, password } });
  const person = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${tokenIn(response)}` } });
  const profile = orThrow(await person.GET('/profile'));

  const path = { id: user.id };
  const terms: Schemas['NewLicense'] = { product: 'editor', grace_days: 14 };
  const license: Schemas['License'] = orThrow(
    await administrator.POST('/users/{id}/licenses', { params: { path }, body: terms }),
  );
  const { license_key } = license;
  const validation: Schemas['Validation'] = orThrow(
    await anonymous.POST('/licenses/validate', { body: { license_key, product: 'editor' } }),
  );
  const { code, valid } = validation;
  return { user: user.id, ownEmail: profile.email, code, valid, problem: problem?.code ?? '' };
};

const orThrow = <T>({ data, error }: { data?: T; error?: unknown }): T => {
  if (data === undefined) throw new Error('unexpected problem', { cause: error });
  return data;
};
