/**
 * Who waits for whom. A handler that invokes a function and waits for its answer keeps its own environment meanwhile:
 * where this machine may run no more of them, such handlers can be all that runs, each waiting for room that only the
 * end of another one would make.
 */
export interface NestedCall {
  /** Environment whose handler waits for the answer. */
  readonly caller: string;
  /** There is no room for it. */
  waiting: boolean;
  /** Environment that has its event, or starts for it. */
  servedBy: string | undefined;
}

export class NestedCalls {
  readonly #byCaller = new Map<string, Set<NestedCall>>();

  begin(caller: string): NestedCall {
    const call: NestedCall = { caller, waiting: false, servedBy: undefined };
    const calls = this.#byCaller.get(caller);
    if (calls) calls.add(call);
    else this.#byCaller.set(caller, new Set([call]));
    return call;
  }

  /** It is answered, or refused. Idempotent. */
  end(call: NestedCall): void {
    const calls = this.#byCaller.get(call.caller);
    calls?.delete(call);
    if (calls?.size === 0) this.#byCaller.delete(call.caller);
  }

  /** The handler in this environment waits for room, or for another one that does. */
  isStuck(environmentId: string, seen = new Set<string>()): boolean {
    // Whoever did not wait for an answer may be called by whom it called.
    if (seen.has(environmentId)) return false;
    seen.add(environmentId);
    for (const { waiting, servedBy } of this.#byCaller.get(environmentId) ?? []) {
      if (waiting || (servedBy !== undefined && this.isStuck(servedBy, seen))) return true;
    }
    return false;
  }
}
