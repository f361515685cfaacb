import { closed, instant, named, orNull, Type } from '../../openapi/schema.ts';

export const code = Type.String({
  maxLength: 64,
  description: 'Six digits of the authenticator app, or a recovery code; case, hyphens and spaces do not matter',
  examples: ['492039'],
});

export const SecondFactor = named('SecondFactor', {
  totp: orNull(Type.Object({ confirmed_at: instant('Time of the first right code') }, closed), {
    description: 'The authenticator app; null: none',
  }),
  recovery_codes_left: Type.Integer({ minimum: 0, maximum: 10, description: 'Unused recovery codes', examples: [10] }),
  required: Type.Boolean({ description: 'Whether this account needs a second factor', examples: [false] }),
});

export const NewSecondFactor = named('NewSecondFactor', {
  secret: Type.String({
    pattern: '^[A-Z2-7]{32}$',
    description: '160 random bits in base32, for apps that cannot read a QR code',
    examples: ['GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'],
  }),
  otpauth_uri: Type.String({
    format: 'uri',
    description: 'Content of a QR code: SHA-1, six digits, 30 seconds (RFC 6238)',
    examples: ['otpauth://totp/Guildhall:ada%40example.com?issuer=Guildhall&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'],
  }),
});

export const Code = named('Code', { code });

export const RecoveryCodes = named('RecoveryCodes', {
  recovery_codes: Type.Array(
    Type.String({ pattern: '^[0-9A-Z-]{31}$', examples: ['7ZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-Z'] }),
    {
      minItems: 10,
      maxItems: 10,
      description: 'Each replaces one code of the app, once. They are not shown again',
    },
  ),
});
