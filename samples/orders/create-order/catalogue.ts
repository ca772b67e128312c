export interface Product {
  readonly name: string;
  /** Cents. */
  readonly price: number;
}

const products = new Map<string, Product>([
  ['LAMP-01', { name: 'Desk lamp', price: 2490 }],
  ['LAMP-02', { name: 'Floor lamp', price: 8900 }],
  ['BULB-01', { name: 'Bulb, warm white', price: 450 }],
]);

export const findProduct = (sku: string): Product | undefined => products.get(sku);

/** Percent off, by coupon. */
const coupons = new Map([
  ['WELCOME', 10],
  ['WINTER', 25],
]);

export const findCoupon = (code = ''): number | undefined => coupons.get(code);
