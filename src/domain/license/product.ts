import type { Brand } from '../shared/brand.ts';
import { toNfc } from '../shared/unicode.ts';
import { oneLineText } from './one-line-text.ts';

/** The product that a license is for, as the vendor calls it: 1 to 100 characters on one line. */
export type Product = Brand<string, 'Product'>;

export const Product = {
  ...oneLineText<Product>('product', 100),

  /** The form to compare with. Text that is not a valid product equals the product of no license. */
  normalize(raw: string): Product {
    return toNfc(raw) as Product;
  },
};
