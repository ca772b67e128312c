declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

/** What template.yaml configures; the fallbacks are for a run without it. */
export const settings = {
  currency: process.env.CURRENCY ?? 'EUR',
  /** Percent. */
  taxRate: Number(process.env.TAX_RATE ?? 20),
  /** Cents. */
  shippingFee: Number(process.env.SHIPPING_FEE ?? 590),
  /** Cents. */
  freeShippingFrom: Number(process.env.FREE_SHIPPING_FROM ?? 5000),
};
