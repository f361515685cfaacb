import { createClient } from './build/hey-api/client/index.js';
import { issueLicense, logIn, readProfile, register, validateLicense } from './build/hey-api/sdk.gen.js';
import type { License, NewLicense, Problem, User, Validation } from './build/hey-api/types.gen.js';
import { type Findings, tokenIn, type Visit } from './visit.js';

/** Registers, logs in, issues a license and validates it with the client of @hey-api/openapi-ts. */
export const walk = async ({ baseUrl, adminKey, email, password }: Visit): Promise<Findings> => {
  const client = createClient({ baseUrl });
  const registration = { email, password, age: 36 };
  const { data: user }: { data: User } = await register({ client, body: registration, throwOnError: true });
  const { error: problem }: { error?: Problem | undefined } = await register({ client, body: registration });

  const { response } = await logIn({ client, body: { email, password }, throwOnError: true });
  const { data: profile } = await readProfile({ client, auth: tokenIn(response), throwOnError: true });

  const terms: NewLicense = { product: 'editor', grace_days: 14 };
  const path = { id: user.id };
  const { data: license }: { data: License } = await issueLicense({
    client,
    auth: adminKey,
    path,
    body: terms,
    throwOnError: true,
  });
  const body = { license_key: license.license_key, product: 'editor' };
  const { data: validation }: { data: Validation } = await validateLicense({ client, body, throwOnError: true });
  const { code, valid } = validation;
  return { user: user.id, ownEmail: profile.email, code, valid, problem: problem?.code ?? '' };
};
