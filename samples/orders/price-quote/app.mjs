import { readFile } from 'node:fs/promises';

// Read once, while the function starts; every invocation after that finds it in memory.
const prices = JSON.parse(await readFile(new URL('prices.json', import.meta.url), 'utf8'));

/** Percent off from a quantity on, the best first. */
const discounts = [
  { from: 100, percent: 15 },
  { from: 20, percent: 8 },
  { from: 5, percent: 3 },
];

/** Quotes a price in cents: {"sku": "LAMP-01", "quantity": 25} */
export const handler = async ({ sku, quantity = 1 }) => {
  const product = prices[sku];
  if (product === undefined) throw new UnknownProductError(sku);

  const discount = discounts.find(({ from }) => quantity >= from)?.percent ?? 0;
  const unitPrice = Math.round(product.price * (1 - discount / 100));
  console.log(`Quote for ${quantity} × ${product.name}: ${discount} % off`);

  return {
    sku,
    name: product.name,
    quantity,
    discount,
    unitPrice,
    total: unitPrice * quantity,
    currency: process.env.CURRENCY ?? 'EUR',
  };
};

class UnknownProductError extends Error {
  constructor(sku) {
    super(`There is no product ${sku}. Known are ${Object.keys(prices).join(', ')}.`);
    this.name = 'UnknownProductError';
  }
}
