/** The layers of the workspace's templates on their way into the host, and again when one of their files changes. */
import type { DeploymentTarget } from '../protocol/deployment.ts';
import type { Owner, WorkspaceProblem } from '../protocol/model.ts';
import type { DeclaredLayer, WorkspaceModel } from '../protocol/workspace.ts';
import type { Builder } from '../workspace/build/builder.ts';
import { isIn } from '../workspace/files/isIn.ts';
import { problemAt } from '../workspace/sourceText.ts';
import { ownerKey } from './deployOwnership.ts';

export interface DeployLayersOptions {
  readonly target: DeploymentTarget;
  readonly builder: Pick<Builder, 'layer' | 'invalidate'>;
  /** A layer has been brought in: problems may have changed. */
  readonly changed: () => void;
}

interface Live {
  declared: DeclaredLayer;
  /** Why the host didn't take what it has now. */
  refusal?: string;
  /** The last look at it, and what goes on with it. */
  work: Promise<void>;
  stale: boolean;
}

export class DeployLayers {
  private readonly options: DeployLayersOptions;
  private readonly live = new Map<string, Live>();
  private disposed = false;

  constructor(options: DeployLayersOptions) {
    this.options = options;
  }

  /** Makes the layers of the model known; nothing is removed here. Called before the functions are declared. */
  apply(model: WorkspaceModel): void {
    if (this.disposed) return;
    for (const declared of model.layers) {
      const key = ownerKey(declared.owner);
      const live = this.live.get(key);
      // A template that doesn't parse changes nothing of what it declared before.
      if (live !== undefined && model.unparsed.includes(declared.owner.template)) continue;
      const same = live !== undefined && textOf(live.declared) === textOf(declared);
      if (live !== undefined) live.declared = declared;
      if (same) continue;
      this.options.target.declareLayer(declared);
      this.bringAgain(key, live ?? this.add(key, declared));
    }
  }

  private add(key: string, declared: DeclaredLayer): Live {
    const live: Live = { declared, work: Promise.resolve(), stale: false };
    this.live.set(key, live);
    return live;
  }

  /** Files have changed: the layers that they are part of are looked at again. */
  touch(files: readonly string[]): void {
    if (this.disposed) return;
    this.options.builder.invalidate(files);
    for (const [key, live] of this.live) {
      const { root, zip } = live.declared;
      const concerns = (file: string): boolean =>
        file === zip || (root !== undefined && (isIn(root, file) || isIn(file, root)));
      if (files.some(concerns)) this.bringAgain(key, live);
    }
  }

  /** After what goes on with it; once for all who ask meanwhile. */
  private bringAgain(key: string, live: Live): void {
    if (live.stale) return;
    live.stale = true;
    live.work = live.work.then(async () => {
      live.stale = false;
      if (!this.isCurrent(key, live)) return;
      await this.bring(live);
      if (this.isCurrent(key, live)) this.options.changed();
    });
  }

  private isCurrent(key: string, live: Live): boolean {
    return !this.disposed && this.live.get(key) === live;
  }

  private async bring(live: Live): Promise<void> {
    const { declared } = live;
    const { target } = this.options;
    try {
      // Somebody may have deleted it by the API: the template declares it, so it comes back.
      if (!target.ownedLayers().some(owner => ownerKey(owner) === ownerKey(declared.owner)))
        target.declareLayer(declared);
      const files = await this.options.builder.layer(declared);
      if (files !== undefined) await target.deployLayer(declared.owner, files);
      delete live.refusal;
    } catch (error) {
      // A zip that can't be unpacked, for instance: the last good one stays.
      live.refusal = error instanceof Error ? error.message : String(error);
    }
  }

  /** The owner's time is over. */
  remove(owner: Owner): void {
    this.live.delete(ownerKey(owner));
  }

  problems(): readonly WorkspaceProblem[] {
    return [...this.live.values()].flatMap(({ declared, refusal }) =>
      refusal === undefined ? [] : [problemAt(declared.declaration, 'error', 'build', refusal)],
    );
  }

  /** Folders that count, also where no function has the layer. */
  trees(): readonly string[] {
    return [...this.live.values()].flatMap(({ declared: { root } }) => (root === undefined ? [] : [root]));
  }

  /** Resolves when no layer is on its way. */
  async settled(): Promise<void> {
    await Promise.all([...this.live.values()].map(({ work }) => work));
  }

  /** What goes on ends without reaching the host. */
  dispose(): void {
    this.disposed = true;
  }
}

/** All of a layer but its place in the file. */
function textOf({ declaration: _declaration, ...rest }: DeclaredLayer): string {
  return JSON.stringify(rest);
}
