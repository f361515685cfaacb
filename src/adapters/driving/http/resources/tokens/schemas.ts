import { TOKEN_STATUSES } from '../../../../../application/token/token-view.ts';
import {
  DEFAULT_DAYS,
  DEFAULT_OVERLAP_S,
  MAX_DAYS,
  MAX_NETWORKS,
  MAX_OVERLAP_S,
  MAX_PRODUCTS,
} from '../../../../../domain/access/api-token.ts';
import { SCOPES } from '../../../../../domain/access/scope.ts';
import { domainRule, id, instant, ipAddress, named, oneOf, orNull, Type } from '../../openapi/schema.ts';
import { product } from '../licenses/schemas.ts';

const name = Type.String({ minLength: 1, maxLength: 100, description: 'On one line', examples: ['build server'] });

const scopes = Type.Array(oneOf(SCOPES), {
  description: 'What the token may do. It keeps only those that its owner still has',
  examples: [['licenses:read', 'licenses:write']],
});

const products = Type.Array(product, {
  ...domainRule({ maxItems: MAX_PRODUCTS }),
  description: 'Products whose licenses exist for the token. Empty: all, and licenses without a product',
  examples: [['editor']],
});

const networks = Type.Array(Type.String({ format: 'cidr', examples: ['192.0.2.0/24'] }), {
  ...domainRule({ maxItems: MAX_NETWORKS }),
  description: 'Networks (CIDR) from which the token is valid. Empty: any',
  examples: [['192.0.2.0/24', '2001:db8::/32']],
});

const fields = {
  id,
  name,
  hint: Type.String({
    minLength: 4,
    maxLength: 4,
    description: 'The last 4 characters of the token',
    examples: ['28u7'],
  }),
  scopes,
  products,
  networks,
  created_by: orNull(id, { description: 'The owner; null: created with the administrator’s key or by a command' }),
  created_at: instant('Time of creation'),
  expires_at: instant('Time at which the token ends'),
  last_used_at: orNull(instant('A recent use, some seconds behind; null: none yet')),
  last_used_ip: orNull(ipAddress('Address of that use')),
  status: oneOf(TOKEN_STATUSES, { description: 'Whether the token works, and if not, why', examples: ['active'] }),
};

export const Token = named('Token', fields);

export const TokenWithSecret = named('TokenWithSecret', {
  ...fields,
  token: Type.String({
    description: 'The token itself, shown this once. Send it as `Authorization: Bearer`',
    pattern: '^gld_api_[0-9A-Za-z]{38}$',
    examples: ['gld_api_0123456789abcdefghijABCDEFGHIJKL1d28u7'],
  }),
});

export const NewToken = named('NewToken', {
  name,
  scopes,
  products: Type.Optional(products),
  networks: Type.Optional(networks),
  expires_in_days: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_DAYS,
      default: DEFAULT_DAYS,
      description: 'Lifetime in days',
      examples: [DEFAULT_DAYS],
    }),
  ),
});

export const TokenChange = named(
  'TokenChange',
  { name: Type.Optional(name), networks: Type.Optional(networks) },
  { minProperties: 1 },
);

export const TokenRotation = named('TokenRotation', {
  overlap_s: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: MAX_OVERLAP_S,
      default: DEFAULT_OVERLAP_S,
      description: 'Seconds for which the old token stays valid',
      examples: [DEFAULT_OVERLAP_S],
    }),
  ),
});
