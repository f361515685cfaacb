import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import { message } from '../shared/message.ts';
import { hasInvisibleCharacters, hasVisibleCharacters, isOneLine, toNfc } from '../shared/unicode.ts';

/** The product that a license is for, as the vendor calls it: 1 to 100 characters on one line. */
export type Product = Brand<string, 'Product'>;

const MAX_LENGTH = 100;

export const Product = {
  /** @throws {DomainError} license.invalid */
  parse(raw: string): Product {
    const product = Product.fromStore(toNfc(raw));
    if (hasVisibleCharacters(product) && !hasInvisibleCharacters(product)) return product;
    throw new DomainError('license.invalid', message`${'product'} must not contain invisible characters.`);
  },

  /**
   * For stores only: an earlier version accepted invisible characters.
   * @throws {DomainError} license.invalid
   */
  fromStore(raw: string): Product {
    if (isOneLine(raw, MAX_LENGTH)) return raw as Product;
    throw new DomainError('license.invalid', message`${'product'} must be 1 to ${MAX_LENGTH} characters on one line.`);
  },

  /** The form to compare with. Text that is not a valid product equals the product of no license. */
  normalize(raw: string): Product {
    return toNfc(raw) as Product;
  },
};
