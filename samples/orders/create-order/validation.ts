import { findCoupon, findProduct } from './catalogue.ts';
import type { OrderRequest } from './types.ts';

/** The order in a request's body; what is missing is empty. */
export function parseRequest(body = '{}'): OrderRequest {
  const nothing: OrderRequest = { customer: '', lines: [] };
  try {
    return { ...nothing, ...JSON.parse(body) };
  } catch {
    return nothing;
  }
}

/** What is wrong with an order, in words for the customer; nothing, if it can be taken. */
export function findProblems({ customer, lines, coupon }: OrderRequest): string[] {
  const problems: string[] = [];
  if (customer === '') problems.push('the customer is missing');
  if (lines.length === 0) problems.push('there are no lines');

  for (const { sku, quantity } of lines) {
    if (!findProduct(sku)) problems.push(`there is no product ${sku}`);
    if (!Number.isInteger(quantity) || quantity < 1) problems.push(`${quantity} of ${sku} is no quantity`);
  }

  if (coupon && !findCoupon(coupon)) problems.push(`there is no coupon ${coupon}`);
  return problems;
}
