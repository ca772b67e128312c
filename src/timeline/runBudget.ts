/** How many runs all lanes together keep: what a picture of hours may take of memory. */
import { forgetBefore, type Lane } from './lane.ts';

/** About 100 MB of a page's memory. */
export const MOST_RUNS = 200_000;
/** Part of the budget that is left when it was exceeded: what is forgotten is looked for seldom. */
const LEFT = 0.9;

/**
 * Forgets the oldest until at most nine tenths of the budget are left: lanes that have stopped first, as a whole, then runs
 * of those that live.
 * @param lanes by start; those without runs are left alone
 * @returns how many runs are left, and the ids of lanes to be forgotten
 */
export function withinBudget(
  lanes: Iterable<Lane>,
  budget: number,
): { readonly left: number; readonly gone: readonly string[] } {
  const all = [...lanes];
  let left = all.reduce((sum, { runs }) => sum + runs.length, 0);
  const gone: string[] = [];
  const most = budget * LEFT;
  if (left <= budget) return { left, gone };
  for (const { id, end, runs } of all) {
    if (left <= most) break;
    if (end === undefined || runs.length === 0) continue;
    gone.push(id);
    left -= runs.length;
  }
  if (left <= most) return { left, gone };
  const living = all.filter(({ end }) => end === undefined);
  const ends = Float64Array.from(living.flatMap(({ runs }) => runs.map(({ end }) => end))).sort();
  const until = ends[Math.ceil(left - most) - 1] ?? -Infinity;
  for (const lane of living) left -= forgetBefore(lane, until);
  return { left, gone };
}
