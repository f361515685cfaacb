import { LICENSE_STATUSES } from '../../../../../domain/license/license-status.ts';
import { VALIDATION_DETAILS, type ValidationCode } from '../../../../../domain/license/license-validation.ts';
import {
  closed,
  domainRule,
  fixedText,
  id,
  idInput,
  instant,
  named,
  oneOf,
  orNull,
  Type,
} from '../../openapi/schema.ts';
import { pageParameters } from '../pagination.ts';

const KEY = '46CFM-96F2H-X1ZVQ-TYNW4-DD66J-K8QST';

const issuedKey = Type.String({
  pattern: '^([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]{5}$',
  minLength: 35,
  maxLength: 35,
  description: 'Six groups of five symbols of Crockford’s base32, the last one a check symbol',
  examples: [KEY],
});

const typedKey = Type.String({
  description: 'Case, hyphens and spaces are ignored, O is read as 0, I and L as 1',
  examples: [KEY],
});

export const product = Type.String({
  ...domainRule({ minLength: 1, maxLength: 100 }),
  description: 'Product on one line',
  examples: ['editor'],
});

const status = (description: string) => oneOf(LICENSE_STATUSES, { description, examples: ['active'] });

const graceDays = Type.Integer({
  ...domainRule({ minimum: 0, maximum: 365 }),
  description: 'Days of grace after the end',
  examples: [14],
});

const maxActivations = orNull(
  Type.Integer({
    ...domainRule({ minimum: 1, maximum: 1_000_000 }),
    description: 'Maximum number of activated machines; null: unlimited',
    examples: [5],
  }),
);

const entitlement = Type.String({
  ...domainRule({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$' }),
  examples: ['export-pdf'],
});

const entitlements = Type.Unsafe<readonly string[]>(
  Type.Array(entitlement, {
    ...domainRule({ maxItems: 64, uniqueItems: true }),
    description: 'Codes of the features that the license includes',
    examples: [['export-pdf']],
  }),
);

const metadata = Type.Unsafe<Readonly<Record<string, unknown>>>({
  type: 'object',
  properties: {},
  additionalProperties: true,
  description: 'Any JSON object of at most 16 KiB. The owner and the application can read it',
  examples: [{ order: 'A-1042' }],
});

const fingerprint = Type.String({
  ...domainRule({ pattern: '^[!-~]{1,128}$', minLength: 1, maxLength: 128 }),
  description: 'Identifier that the application gives to the machine: printable ASCII characters without spaces',
  examples: ['3f7a9c52e0b84d16'],
});

const machineName = orNull(
  Type.String({
    ...domainRule({ minLength: 1, maxLength: 200 }),
    description: 'Name of the machine on one line',
    examples: ['Ada’s laptop'],
  }),
);

export const License = named('License', {
  id,
  license_key: issuedKey,
  user_id: id,
  product: orNull(product),
  status: status('Current status; `scheduled`, `expired` and `in_grace` follow from the clock'),
  issued_at: instant('Time of issue'),
  starts_at: instant('Start of the term'),
  expires_at: orNull(instant('End of the term; null: unlimited')),
  grace_days: graceDays,
  max_activations: maxActivations,
  activations: Type.Integer({ minimum: 0, description: 'Number of activated machines', examples: [2] }),
  entitlements,
  metadata,
  last_validated_at: orNull(instant('Time of the last validation, recorded every few seconds')),
  owner_banned: Type.Optional(
    Type.Boolean({
      description: 'Whether the owner is banned. Only in responses to callers with the scope `licenses:read`',
      examples: [false],
    }),
  ),
});

const terms = {
  product: Type.Optional(orNull(product)),
  starts_at: Type.Optional(instant('Start of the term; it can change while the license is scheduled')),
  expires_at: Type.Optional(orNull(instant('End of the term, the first moment outside it; null: unlimited'))),
  grace_days: Type.Optional(graceDays),
  max_activations: Type.Optional(maxActivations),
  entitlements: Type.Optional(entitlements),
  metadata: Type.Optional(metadata),
};

export const NewLicense = named('NewLicense', {
  ...terms,
  starts_at: Type.Optional(instant('Start of the term; now by default')),
  notify: Type.Optional(
    Type.Boolean({ description: 'Whether the owner gets an email with the key; false by default', examples: [true] }),
  ),
});

export const LicenseChange = named('LicenseChange', terms, { minProperties: 1 });

export const Renewal = named(
  'Renewal',
  {
    expires_at: Type.Optional(instant('New end of the term, after now and after the present end')),
    days: Type.Optional(
      Type.Integer({
        ...domainRule({ minimum: 1, maximum: 36_500 }),
        description: 'Days from the later of now and the present end',
        examples: [365],
      }),
    ),
  },
  { minProperties: 1, description: 'Either `expires_at` or `days`' },
);

export const LicenseMailed = named('LicenseMailed', { message: fixedText('The license key is on its way.') });

export const ActivationParams = Type.Object({ id: idInput, fingerprint }, closed);

export const LicenseQuery = Type.Object(
  {
    ...pageParameters,
    status: Type.Optional(status('Only licenses with this current status')),
    product: Type.Optional(Type.String({ description: 'Only licenses for this product', examples: ['editor'] })),
    user_id: Type.Optional(idInput),
    expires_before: Type.Optional(instant('Only licenses that end before')),
  },
  closed,
);

export const LookupRequest = named('LookupRequest', { license_key: typedKey });

export const ValidationRequest = named('ValidationRequest', {
  license_key: typedKey,
  fingerprint: Type.Optional(
    Type.String({ description: 'Fingerprint of the machine', examples: ['3f7a9c52e0b84d16'] }),
  ),
  product: Type.Optional(Type.String({ description: 'Product that the license must be for', examples: ['editor'] })),
  entitlements: Type.Optional(
    Type.Array(Type.String({ examples: ['export-pdf'] }), {
      maxItems: 64,
      description: 'Codes that the license must include',
      examples: [['export-pdf']],
    }),
  ),
  nonce: Type.Optional(
    Type.String({ maxLength: 256, description: 'Returned unchanged', examples: ['8f14e45fceea167a'] }),
  ),
});

export const Validation = named('Validation', {
  valid: Type.Boolean({ description: 'Whether the software may run', examples: [true] }),
  code: oneOf(Object.keys(VALIDATION_DETAILS) as ValidationCode[], {
    description: 'Stable reason; base decisions on it',
    examples: ['VALID'],
  }),
  detail: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'The reason for people',
    examples: [VALIDATION_DETAILS.VALID],
  }),
  ts: instant('Time of the validation'),
  nonce: orNull(
    Type.String({ maxLength: 256, description: 'The `nonce` of the request', examples: ['8f14e45fceea167a'] }),
  ),
  license: Type.Union([License, Type.Null()], { description: 'The license; null: no license has this key' }),
});

export const NewActivation = named('NewActivation', { name: Type.Optional(machineName) });

export const Activation = named('Activation', {
  fingerprint,
  name: machineName,
  activated_at: instant('Time of the activation'),
});

export const CheckoutRequest = named('CheckoutRequest', {
  fingerprint: Type.Optional(fingerprint),
  ttl: Type.Optional(
    Type.Integer({
      ...domainRule({ minimum: 1 }),
      description: 'Life of the file in seconds, at most LICENSE_FILE_MAX_TTL',
      examples: [86_400],
    }),
  ),
});

export const LicenseFile = named('LicenseFile', {
  license_file: Type.String({
    pattern: '^[\\w-]+\\.[\\w-]+\\.[\\w-]+$',
    description: 'JWT signed with Ed25519 (`EdDSA`)',
    examples: ['eyJhbGciOiJFZERTQSIsImtpZCI6IjIwMjYtMDEifQ.eyJpc3MiOiJndWlsZGhhbGwifQ.c2lnbmF0dXJl'],
  }),
  expires_at: instant('End of the file, never after the end of the license'),
});

const JsonWebKey = named(
  'JsonWebKey',
  {
    kid: Type.String({
      pattern: '^[\\w-]{43}$',
      description: 'Key id, as in the header of a license file: the thumbprint of the key (RFC 7638)',
      examples: ['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
    }),
    kty: oneOf(['OKP'], { description: 'Type of the key' }),
    crv: oneOf(['Ed25519'], { description: 'Curve' }),
    x: Type.String({
      pattern: '^[\\w-]{43}$',
      description: 'Public key in base64url',
      examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'],
    }),
    alg: oneOf(['EdDSA'], { description: 'Algorithm' }),
    use: oneOf(['sig'], { description: 'Use: signatures' }),
  },
  { description: 'RFC 8037' },
);

export const JsonWebKeySet = named(
  'JsonWebKeySet',
  { keys: Type.Array(JsonWebKey, { description: 'The keys of present and earlier license files' }) },
  { description: 'RFC 7517' },
);
