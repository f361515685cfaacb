import type { TSchema } from 'typebox';
import { LICENSE_STATUSES } from '../../../../../domain/license/license-status.ts';
import { VALIDATION_DETAILS } from '../../../../../domain/license/license-validation.ts';
import { closed } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';
import { Fields as UserFields } from '../users/schemas.ts';

const { id, instant } = UserFields;

/** JSON Schema 2020-12 has a shorter word for it than a union, and its refusals read better. */
const orNull = <T extends TSchema>(schema: T) =>
  Type.Unsafe<unknown>({ ...schema, type: [(schema as { type?: string }).type, 'null'] });

const KEY = '46CFM-96F2H-X1ZVQ-TYNW4-DD66J-K8QST';

const Fields = {
  license_key: Type.String({
    description:
      'Six groups of five symbols of Crockford’s base32, the last one a check symbol. As input, case, hyphens and spaces do not matter, O is read as 0, I and L as 1',
    examples: [KEY],
  }),
  product: Type.String({ description: '1 to 100 characters on one line', examples: ['editor'] }),
  grace_days: Type.Integer({ description: 'Days that it goes on after its end, 0 to 365', examples: [14] }),
  max_activations: Type.Integer({
    description: 'Most machines at a time, 1 to 1,000,000; null: any number',
    examples: [5],
  }),
  entitlements: Type.Array(Type.String(), {
    description: 'At most 64 codes of 1 to 64 letters, digits and `._:-`, each once',
    examples: [['export-pdf']],
  }),
  metadata: Type.Object(
    {},
    {
      additionalProperties: true,
      description: 'Whatever you want to remember, at most 16 KiB as JSON. The owner and the application see it',
    },
  ),
  fingerprint: Type.String({
    description: 'What the application calls the machine: 1 to 128 printable ASCII characters without spaces',
    examples: ['3f7a9c52e0b84d16'],
  }),
  machineName: Type.String({ description: 'For people: 1 to 200 characters on one line', examples: ['Ada’s laptop'] }),
};

export const License = Type.Object(
  {
    id,
    license_key: Fields.license_key,
    user_id: id,
    product: orNull(Fields.product),
    status: Type.String({
      enum: [...LICENSE_STATUSES],
      description: '`scheduled`, `expired` and `in_grace` follow from the clock',
    }),
    issued_at: instant,
    starts_at: instant,
    expires_at: orNull(instant),
    grace_days: Fields.grace_days,
    max_activations: orNull(Fields.max_activations),
    activations: Type.Integer({ description: 'Machines that are activated now' }),
    entitlements: Fields.entitlements,
    metadata: Fields.metadata,
    last_validated_at: orNull({ ...instant, description: 'When somebody last asked; written down every few seconds' }),
  },
  closed,
);

const terms = {
  expires_at: Type.Optional(orNull({ ...instant, description: 'The first moment at which it is over; null: never' })),
  grace_days: Type.Optional(Fields.grace_days),
  max_activations: Type.Optional(orNull(Fields.max_activations)),
  entitlements: Type.Optional(Fields.entitlements),
  metadata: Type.Optional(Fields.metadata),
};

export const NewLicense = Type.Object(
  {
    product: Type.Optional(orNull(Fields.product)),
    starts_at: Type.Optional({
      ...instant,
      description: 'The first moment at which it is valid; now if it is left out',
    }),
    ...terms,
  },
  closed,
);

export const LicenseChange = Type.Object(terms, { ...closed, minProperties: 1 });

export const Renewal = Type.Object(
  {
    expires_at: Type.Optional({ ...instant, description: 'The new end; after now and after the present one' }),
    days: Type.Optional(
      Type.Integer({ description: '1 to 36,500, counted from the later of now and the present end', examples: [365] }),
    ),
  },
  { ...closed, minProperties: 1, description: 'One of the two' },
);

export const LicenseParams = Type.Object({ id }, closed);
export const ActivationParams = Type.Object({ id, fingerprint: Fields.fingerprint }, closed);

const page = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50, description: 'Entries a page' })),
  cursor: Type.Optional(Type.String({ description: 'From the `Link` header of the page before. Opaque' })),
};

export const PageQuery = Type.Object(page, closed);

export const LicenseQuery = Type.Object(
  {
    ...page,
    status: Type.Optional(Type.String({ enum: [...LICENSE_STATUSES], description: 'What holds now' })),
    product: Type.Optional(Fields.product),
    user_id: Type.Optional(id),
    expires_before: Type.Optional({ ...instant, description: 'Only those that end before' }),
  },
  closed,
);

export const ValidationQuestion = Type.Object(
  {
    license_key: Fields.license_key,
    fingerprint: Type.Optional(Fields.fingerprint),
    product: Type.Optional(Fields.product),
    entitlements: Type.Optional(Type.Array(Type.String(), { maxItems: 64, description: 'All of them are needed' })),
    nonce: Type.Optional(Type.String({ maxLength: 256, description: 'Comes back as it was sent' })),
  },
  closed,
);

export const ValidationAnswer = Type.Object(
  {
    valid: Type.Boolean({ description: 'May the software run?' }),
    code: Type.String({ enum: Object.keys(VALIDATION_DETAILS), description: 'Stable; decide on this' }),
    detail: Type.String({ description: 'The same for people' }),
    ts: { ...instant, description: 'When this was decided' },
    nonce: orNull(Type.String()),
    license: Type.Union([License, Type.Null()]),
  },
  closed,
);

export const NewActivation = Type.Object({ name: Type.Optional(orNull(Fields.machineName)) }, closed);

export const Activation = Type.Object(
  { fingerprint: Fields.fingerprint, name: orNull(Fields.machineName), activated_at: instant },
  closed,
);

export const Checkout = Type.Object(
  {
    fingerprint: Type.Optional(Fields.fingerprint),
    ttl: Type.Optional(
      Type.Integer({ description: 'Seconds that the file lives, from 1 to LICENSE_FILE_MAX_TTL', examples: [86_400] }),
    ),
  },
  closed,
);

export const LicenseFile = Type.Object(
  {
    license_file: Type.String({ description: 'A JWT, signed with Ed25519 (`EdDSA`)' }),
    expires_at: { ...instant, description: 'When the file ends; never after the license itself' },
  },
  closed,
);

export const PublicKeys = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          kid: Type.String(),
          kty: Type.String({ enum: ['OKP'] }),
          crv: Type.String({ enum: ['Ed25519'] }),
          x: Type.String(),
          alg: Type.String({ enum: ['EdDSA'] }),
          use: Type.String({ enum: ['sig'] }),
        },
        closed,
      ),
    ),
  },
  { ...closed, description: 'RFC 7517' },
);
