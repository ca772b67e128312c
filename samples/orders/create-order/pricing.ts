import { findProduct } from './catalogue.ts';
import type { OrderLine, OrderRequestLine } from './types.ts';

/** A line with its prices, in cents. */
export function priceLine({ sku, quantity }: OrderRequestLine): OrderLine {
  const product = findProduct(sku);
  if (!product) throw new Error(`There is no product ${sku}`);
  return { sku, name: product.name, quantity, unitPrice: product.price, total: quantity * product.price };
}

export const sum = (amounts: readonly number[]): number =>
  amounts.reduce((total, amount) => total + amount, 0);

/** So many percent of an amount, in whole cents. */
export const percent = (rate: number, amount: number): number => Math.round((amount * rate) / 100);
