import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * Bytes that this process still needs, buffers included: what is left after a garbage collection. What it takes from the
 * machine (rss) is no measure: that grows by garbage that nobody needs, for as long as there is room.
 */
export function heldBytes(): number {
  collect();
  // The first one leaves buffers that are just being freed.
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
