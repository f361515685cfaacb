import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import { codePoints, composed, hasControlCharacters } from '../shared/unicode.ts';

/** What a license is for, as the vendor calls it: 1 to 100 characters on one line. */
export type Product = Brand<string, 'Product'>;

const LONGEST = 100;

export const Product = {
  /** @throws {DomainError} license.invalid */
  parse(raw: string): Product {
    const product = composed(raw);
    if (
      !product.isWellFormed() ||
      hasControlCharacters(product) ||
      product.trim() === '' ||
      codePoints(product) > LONGEST
    ) {
      throw new DomainError('license.invalid', `product must be 1 to ${LONGEST} characters on one line.`);
    }
    return product as Product;
  },

  /** What somebody asks for; text that is no product is the product of no license. */
  ofAny(raw: string): Product {
    return composed(raw) as Product;
  },
};
