/**
 * Removes code that nothing needs any more, while functions run. Between an upload and the function that it is for, or
 * between a look at a function and the start of its environment, code is needed that nobody names: so only what was found
 * superfluous at two looks goes.
 */
import type { Clock, Timer } from '../clock.ts';
import type { CodeStore } from './codeStore.ts';

/** Wall milliseconds between two looks; a link to a package is good for as long (api/codeDownload.ts). */
const LOOK_MS = 10 * 60_000;

export interface CodeSweep {
  /** Code was added, replaced or deleted: some may be superfluous now. */
  soon(): void;
  close(): void;
}

export function createCodeSweep(options: {
  readonly clock: Clock;
  readonly code: Pick<CodeStore, 'list' | 'takeAdded' | 'remove' | 'artifactAt'>;
  /** Artifacts that something stored refers to. */
  referenced(): ReadonlySet<string>;
  /** Folders that running environments use. */
  inUse(): readonly string[];
}): CodeSweep {
  const { clock, code } = options;
  let timer: Timer | undefined;
  let closed = false;
  let superfluous = new Set<string>();

  function soon(): void {
    if (closed) return;
    // What goes wrong, on a disk that can't be read for one, is tried again with the next change.
    timer ??= clock.afterWall(LOOK_MS, () => {
      timer = undefined;
      look().catch(() => undefined);
    });
  }

  async function look(): Promise<void> {
    const added = code.takeAdded();
    const there = await code.list();
    if (closed) return;
    const referenced = options.referenced();
    const used = new Set(options.inUse().map(folder => code.artifactAt(folder)));
    const unreferenced = there.filter(artifact => !referenced.has(artifact));
    const before = superfluous;
    superfluous = new Set(unreferenced.filter(artifact => !used.has(artifact) && !added.has(artifact)));
    const gone = [...superfluous].filter(artifact => before.has(artifact));
    if (unreferenced.length > gone.length) soon();
    for (const artifact of gone) await code.remove(artifact);
  }

  return {
    soon,
    close: () => {
      closed = true;
      timer?.cancel();
    },
  };
}
