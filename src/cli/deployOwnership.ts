/**
 * When a function of the workspace is removed (DESIGN.md rule 3): its template parses, and has been without it for 10 s.
 * A branch that is switched and switched back, or a line that is cut to be pasted elsewhere, removes nothing.
 */
import type { Owner } from '../protocol/model.ts';
import type { WorkspaceModel } from '../protocol/workspace.ts';
import { isIn } from '../workspace/files/isIn.ts';
import type { DeploymentTimers } from './deployTimers.ts';

const ABSENT_MS = 10_000;

export class Ownership {
  private readonly timers: DeploymentTimers;
  private readonly gone: (owner: Owner) => void;
  private readonly absent = new Map<string, { readonly owner: Owner; readonly timer: { cancel(): void } }>();

  /** @param gone is called when the time of an absent owner is over */
  constructor(timers: DeploymentTimers, gone: (owner: Owner) => void) {
    this.timers = timers;
    this.gone = gone;
  }

  /** Looks which of the owners that have functions or layers in the host are still declared. */
  update(owners: readonly Owner[], model: WorkspaceModel): void {
    const declared = new Set([...model.functions, ...model.layers].map(({ owner }) => ownerKey(owner)));
    const truncated = model.problems.some(({ code }) => code === 'folder-too-big');
    for (const owner of owners) {
      const key = ownerKey(owner);
      // What can't be read, or lies where nobody looked, may well declare it.
      const unknown = truncated || isUnsure(model, owner) || !isIn(model.folder, owner.template);
      if (declared.has(key) || unknown) {
        this.absent.get(key)?.timer.cancel();
        this.absent.delete(key);
      } else if (!this.absent.has(key)) {
        const timer = this.timers.after(ABSENT_MS, () => {
          this.absent.delete(key);
          this.gone(owner);
        });
        this.absent.set(key, { owner, timer });
      }
    }
  }

  /** Whether an owner of that kind is absent, and may come back. */
  awaits(kind: (owner: Owner) => boolean): boolean {
    return [...this.absent.values()].some(({ owner }) => kind(owner));
  }

  dispose(): void {
    for (const { timer } of this.absent.values()) timer.cancel();
    this.absent.clear();
  }
}

/** Whether the model can't say what an owner declares: its template doesn't parse, or its type is none. */
export function isUnsure({ unparsed, unclear = [] }: WorkspaceModel, owner: Owner): boolean {
  return unparsed.includes(owner.template) || unclear.some(one => ownerKey(one) === ownerKey(owner));
}

export function ownerKey({ template, logicalId }: Owner): string {
  return `${template}\0${logicalId}`;
}
