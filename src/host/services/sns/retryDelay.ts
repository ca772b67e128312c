/** When a delivery is tried again. https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
import type { Subscription } from './topics.ts';

/** HTTP: 3 retries, 20 seconds apart, unless a delivery policy says otherwise. */
const HTTP_RETRIES = 3;
const HTTP_DELAY_MS = 20_000;
/** Functions and queues: at once three times, then twice after a second, ten times up to 20 s, then every 20 s; 23 days in all. */
const AWS_ATTEMPTS = 100_015;

/**
 * Milliseconds until the next try; undefined where there is none.
 * @param subscription absent for dead letters, which go to a queue
 * @param attempts how many there have been
 */
export function retryDelay(subscription: Subscription | undefined, attempts: number): number | undefined {
  if (subscription?.protocol === 'http' || subscription?.protocol === 'https') {
    const { retries, delayMs } = httpPolicy(subscription);
    return attempts > retries ? undefined : delayMs;
  }
  if (attempts >= AWS_ATTEMPTS) return undefined;
  if (attempts <= 3) return 0;
  if (attempts <= 5) return 1_000;
  return Math.min(20_000, 1_000 * 2 ** Math.min(attempts - 5, 5));
}

/** Linear between the two delays, as far as it is one delay: the simplest of AWS's functions. */
function httpPolicy({ attributes }: Subscription): { readonly retries: number; readonly delayMs: number } {
  const policy = JSON.parse(attributes['DeliveryPolicy'] ?? '{}') as {
    readonly healthyRetryPolicy?: { readonly numRetries?: number; readonly minDelayTarget?: number } | null;
  };
  const { numRetries = HTTP_RETRIES, minDelayTarget } = policy.healthyRetryPolicy ?? {};
  return {
    retries: numRetries,
    delayMs: minDelayTarget === undefined ? HTTP_DELAY_MS : minDelayTarget * 1_000,
  };
}
