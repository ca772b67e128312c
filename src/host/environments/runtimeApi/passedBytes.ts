/**
 * What the system reads comes in a buffer of its own each time, of which V8 lets 64 MB lie around before it looks: for a
 * long stream that would be the host's memory. Looking at what is new takes a millisecond.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const BYTES_BETWEEN = 16 * 1024 * 1024;

type Collect = (options: { readonly type: 'minor' }) => void;

let passed = 0;
let collect: Collect | undefined;

/** To be told of all bytes that were handed on and are of no more use here. */
export function passBytes(bytes: number): void {
  passed += bytes;
  if (passed < BYTES_BETWEEN) return;
  passed = 0;
  collect ??= findCollector();
  collect({ type: 'minor' });
}

function findCollector(): Collect {
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
  setFlagsFromString('--no-expose-gc');
  return typeof found === 'function' ? (found as Collect) : () => undefined;
}
