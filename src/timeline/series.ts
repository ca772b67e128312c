/** A count that changes with time, kept only where it changes: running invocations, waiting events. */
export interface Step {
  readonly at: number;
  readonly count: number;
}

/** Steps that are kept: of more, the older half loses every other one. */
const MOST_STEPS = 4_000;

/** Half as fine in its older half, where each step now is the highest of two: peaks stay. */
function thinned(steps: readonly Step[]): Step[] {
  const middle = steps.length >> 1;
  const kept: Step[] = [];
  for (let index = 0; index < middle; index += 2) {
    const [one, other] = [steps[index], index + 1 < middle ? steps[index + 1] : undefined];
    if (one !== undefined) kept.push({ at: one.at, count: Math.max(one.count, other?.count ?? 0) });
  }
  return [...kept, ...steps.slice(middle)];
}

export class Series {
  #steps: Step[] = [];

  steps(): readonly Step[] {
    return this.#steps;
  }

  get last(): number {
    return this.#steps.at(-1)?.count ?? 0;
  }

  /** A time before the last one counts as the last: service time never goes back, arrivals may. */
  add(at: number, count: number): void {
    const last = this.#steps.at(-1);
    if (last?.count === count || (last === undefined && count === 0)) return;
    if (last !== undefined && at <= last.at) this.#steps[this.#steps.length - 1] = { at: last.at, count };
    else this.#steps.push({ at, count });
    if (this.#steps.length > MOST_STEPS) this.#steps = thinned(this.#steps);
  }

  /** Index of the step that holds at a time; -1 before the first. */
  indexAt(time: number): number {
    let low = 0;
    let high = this.#steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#steps[middle]?.at ?? Infinity) > time) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  at(time: number): number {
    return this.#steps[this.indexAt(time)]?.count ?? 0;
  }
}

/** How many of the spans hold at each time: what ran, as history tells it. */
export function overlap(spans: readonly { readonly start: number; readonly end: number }[]): Step[] {
  const edges = spans.flatMap(({ start, end }) => [
    { at: start, by: 1 },
    { at: end, by: -1 },
  ]);
  edges.sort((a, b) => a.at - b.at || a.by - b.by);
  const steps: Step[] = [];
  let count = 0;
  for (const { at, by } of edges) {
    count += by;
    const last = steps.at(-1);
    if (last?.at === at) steps[steps.length - 1] = { at, count };
    else steps.push({ at, count });
  }
  return steps;
}
