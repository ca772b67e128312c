import { randomBytes } from 'node:crypto';

/** Bytes of randomness that one call of the generator brings: each call costs more than the bytes do. */
const POOL_BYTES = 20 * 256;
let pool = '';

/** `digits` hex digits that were never handed out before. */
function randomHex(digits: number): string {
  if (pool.length < digits) pool = randomBytes(POOL_BYTES).toString('hex');
  const taken = pool.slice(0, digits);
  pool = pool.slice(digits);
  return taken;
}

/**
 * The X-Ray header of an invocation: the caller's, or a new unsampled one
 * (`Root=1-<8 hex of epoch seconds>-<24 hex>;Parent=<16 hex>;Sampled=0`, spec/execution-environment.md §1.2).
 */
export function traceHeader(given: string | undefined, nowMs: number): string {
  if (given !== undefined && /(?:^|;)\s*root=/i.test(given)) return given;
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${randomHex(24)};Parent=${randomHex(16)};Sampled=0`;
}
