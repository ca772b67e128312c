/** What a customer sends to POST /orders. */
export interface OrderRequest {
  readonly customer: string;
  readonly lines: readonly OrderRequestLine[];
  readonly coupon?: string;
}

export interface OrderRequestLine {
  readonly sku: string;
  readonly quantity: number;
}

/** An order with its prices; every amount is in cents. */
export interface Order {
  readonly id: string;
  readonly customer: string;
  readonly lines: readonly OrderLine[];
  readonly currency: string;
  readonly subtotal: number;
  readonly discount: number;
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
}

export interface OrderLine extends OrderRequestLine {
  readonly name: string;
  readonly unitPrice: number;
  readonly total: number;
}

/** The part of an HTTP API's event (payload format 2.0) that this function reads. */
export interface HttpRequest {
  readonly body?: string;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The part of Lambda's context that this function reads. */
export interface Context {
  readonly awsRequestId: string;
}
