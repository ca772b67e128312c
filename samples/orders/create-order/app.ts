import { findCoupon } from './catalogue.ts';
import { percent, priceLine, sum } from './pricing.ts';
import { settings } from './settings.ts';
import type { Context, HttpRequest, HttpResponse, Order } from './types.ts';
import { findProblems, parseRequest } from './validation.ts';

/** POST /orders: checks an order, works out what it costs, and answers it. */
export async function handler(event: HttpRequest, context: Context): Promise<HttpResponse> {
  const request = parseRequest(event.body);
  const problems = findProblems(request);
  if (problems.length > 0) {
    console.warn('Order refused:', problems.join('; '));
    return answer(400, { message: 'This order cannot be taken.', problems });
  }

  const lines = request.lines.map(priceLine);
  const subtotal = sum(lines.map(line => line.total));
  const discount = percent(findCoupon(request.coupon) ?? 0, subtotal);
  const shipping = subtotal - discount < settings.freeShippingFrom ? settings.shippingFee : 0;
  const tax = percent(settings.taxRate, subtotal - discount + shipping);
  const order: Order = {
    id: `order-${context.awsRequestId.slice(0, 8)}`,
    customer: request.customer,
    lines,
    currency: settings.currency,
    subtotal,
    discount,
    shipping,
    tax,
    total: subtotal - discount + shipping + tax,
  };

  console.log(`${order.id}: ${lines.length} lines, ${order.total} cents`);
  return answer(201, order);
}

const answer = (statusCode: number, body: object): HttpResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
