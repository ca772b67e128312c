/**
 * What an invocation would have cost on AWS: an estimate, without free tier, Savings Plans and the discounts of large
 * accounts. What is paid for provisioned concurrency that waits is not part of any invocation.
 */
import type { InvocationSummary } from './model.ts';

/** US dollars in us-east-1, first tier: https://aws.amazon.com/lambda/pricing/, as of September 2026. */
export const PRICES = {
  region: 'us-east-1',
  asOf: '2026-09',
  request: 0.2e-6,
  /** A GB-second of duration; init counts into it since August 2025 (spec/execution-environment.md §4.1). */
  duration: { x86_64: 0.000_016_666_7, arm64: 0.000_013_333_4 },
  /** The same on provisioned concurrency. */
  provisionedDuration: { x86_64: 0.000_009_722_2, arm64: 0.000_007_777_8 },
  /** A GB-second of /tmp above {@link FREE_STORAGE_MB}. */
  storage: 0.000_000_030_9,
} as const;

const FREE_STORAGE_MB = 512;
const MB_OF_GB = 1024;
/** Bytes of an asynchronous event that are one request, and of each further one ("Lambda requests" of the price page). */
const FIRST_REQUEST_BYTES = 256 * 1024;
const FURTHER_REQUEST_BYTES = 64 * 1024;

/** US dollars; undefined where nothing ran: AWS counts a request when the function starts executing. */
export function costEstimate({
  report,
  billing,
  type,
  attempt,
}: Pick<InvocationSummary, 'report' | 'billing' | 'type' | 'attempt'>): number | undefined {
  if (report === undefined || billing === undefined) return undefined;
  const { architecture, provisioned, storageMb = FREE_STORAGE_MB, eventBytes } = billing;
  const seconds = report.billedMs / 1000;
  const duration = (provisioned === true ? PRICES.provisionedDuration : PRICES.duration)[architecture];
  // It was accepted once, however often it is tried.
  const further = type === 'Event' && attempt === 1 ? Math.max(0, eventBytes - FIRST_REQUEST_BYTES) : 0;
  return (
    PRICES.request * (1 + Math.ceil(further / FURTHER_REQUEST_BYTES)) +
    (report.memorySizeMb / MB_OF_GB) * seconds * duration +
    (Math.max(0, storageMb - FREE_STORAGE_MB) / MB_OF_GB) * seconds * PRICES.storage
  );
}

/** `$0.00000213`: three digits that count, never in powers of ten. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0';
  const digits = Math.max(2, 2 - Math.floor(Math.log10(Math.abs(amount))));
  return `$${amount.toFixed(digits)}`;
}
