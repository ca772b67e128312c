import { randomBytes } from 'node:crypto';

/**
 * The X-Ray header of an invocation: the caller's, or a new unsampled one
 * (`Root=1-<8 hex of epoch seconds>-<24 hex>;Parent=<16 hex>;Sampled=0`, spec/execution-environment.md §1.2).
 */
export function traceHeader(given: string | undefined, nowMs: number): string {
  if (given !== undefined && /(?:^|;)\s*root=/i.test(given)) return given;
  const random = randomBytes(20).toString('hex');
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${random.slice(0, 24)};Parent=${random.slice(24)};Sampled=0`;
}
