/** The workspace's functions on their way into the host: declared, built, deployed, and again when something changes. */
import type { HostEvent } from '../protocol/control.ts';
import { missingLayerText } from '../host/functions/layers/missingLayer.ts';
import type { DeploymentTarget } from '../protocol/deployment.ts';
import type { Owner, WorkspaceProblem } from '../protocol/model.ts';
import type { DeclaredFunction, WorkspaceModel } from '../protocol/workspace.ts';
import type { Builder } from '../workspace/build/builder.ts';
import type { BuildResult, BuildSuccess } from '../workspace/build/buildResult.ts';
import { isIn } from '../workspace/files/isIn.ts';
import { problemAt } from '../workspace/sourceText.ts';
import { isUnsure, ownerKey } from './deployOwnership.ts';
import { deployQueue, type DeployQueue } from './deployQueue.ts';
import type { DeploymentTimers } from './deployTimers.ts';

export interface DeployFunctionsOptions {
  readonly target: DeploymentTarget;
  readonly builder: Builder;
  readonly timers: DeploymentTimers;
  readonly publish: (event: HostEvent) => void;
  /** Resolves when the layers that are declared are in the host with what they have now. */
  readonly layersReady: () => Promise<void>;
  /** A build has ended: problems may have changed, and other folders may count. */
  readonly changed: () => void;
}

interface Live {
  declared: DeclaredFunction;
  /** Of the last build; absent before the first one has ended. */
  result?: BuildResult;
  /** Why the host didn't take the last build. */
  refusal?: string;
  /** Of the code that serves. */
  hash?: string;
  /** The save that was announced last: one that is seen twice is told once. */
  announced?: number;
  /** Epoch milliseconds of the save that the next build answers. */
  since?: number;
  /** Nothing declares it any more: its last code serves until its owner's time is over. */
  absent: boolean;
  /** Its code changed while nothing declared it. */
  missed?: boolean;
}

export class DeployFunctions {
  private readonly options: DeployFunctionsOptions;
  private readonly queue: DeployQueue;
  private readonly live = new Map<string, Live>();
  private conflicts: readonly WorkspaceProblem[] = [];
  /** How often code was replaced so far, and of each name, the count at its last time; read by {@link reloadedSince}. */
  private reloads = 0;
  private readonly lastReloads = new Map<string, number>();
  private disposed = false;

  constructor(options: DeployFunctionsOptions) {
    this.options = options;
    this.queue = deployQueue(
      name => this.buildAndDeploy(name),
      name => (this.isLong(name) ? 'long' : 'short'),
    );
  }

  /** Brings the host to what the model says; nothing is removed here. */
  apply(model: WorkspaceModel): void {
    if (this.disposed) return;
    this.markAbsent(model);
    const before = new Map(
      [...this.live.values()].map(({ declared }) => [ownerKey(declared.owner), declared]),
    );
    // A template that doesn't parse changes nothing of what it declared before.
    const wanted = model.functions.filter(
      ({ owner }) => !(model.unparsed.includes(owner.template) && before.has(ownerKey(owner))),
    );
    const refused = wanted.filter(declared => this.bring(declared, before) !== undefined);
    // A name may have become free by a function that was declared later under another one.
    this.conflicts = refused.flatMap(declared => {
      const message = this.bring(declared, before);
      if (message === undefined) return [];
      return [problemAt(declared.declaration, 'error', 'name-conflict', message, declared.name)];
    });
  }

  private markAbsent(model: WorkspaceModel): void {
    const declared = new Set(model.functions.map(({ owner }) => ownerKey(owner)));
    for (const [name, live] of this.live) {
      const { owner } = live.declared;
      const absent = !declared.has(ownerKey(owner)) && !isUnsure(model, owner);
      if (live.missed === true && !absent) {
        delete live.missed;
        this.rebuild(name, true);
      }
      live.absent = absent;
    }
  }

  /** Gives the message of a conflict. */
  private bring(
    declared: DeclaredFunction,
    before: ReadonlyMap<string, DeclaredFunction>,
  ): string | undefined {
    const { target } = this.options;
    const { name, owner } = declared;
    const live = this.live.get(name);
    const own = live !== undefined && ownerKey(live.declared.owner) === ownerKey(owner) ? live : undefined;
    if (own !== undefined && textOf(own.declared) === textOf(declared)) {
      own.declared = declared;
      return undefined;
    }
    const sameCode = own !== undefined && codeTextOf(own.declared) === codeTextOf(declared);
    // The new handler must not meet the old code.
    if (own !== undefined && !sameCode) target.building(name);
    // A function without code makes its callers wait for it from its declaration on: it must be built.
    const serves = sameCode && own.result?.ok === true && target.owned().some(owned => owned.name === name);
    const conflict = target.declare(declared);
    if (conflict !== undefined) return conflict;
    // Another name for the same resource is another function, as CloudFormation replaces it.
    const earlier = before.get(ownerKey(owner));
    if (earlier !== undefined && earlier.name !== name) this.forget(earlier.name);
    if (own !== undefined) own.declared = declared;
    else this.live.set(name, { declared, absent: false });
    if (!sameCode) this.options.builder.cancel(name);
    if (!serves) this.rebuild(name, own !== undefined);
    return undefined;
  }

  /**
   * Files have changed: the functions that they are part of are built again, and wait for it from this moment.
   * @param since epoch milliseconds of the save
   */
  touch(files: readonly string[], since: number): void {
    if (this.disposed) return;
    this.options.builder.invalidate(files);
    for (const [name, live] of this.touchedBy(files)) {
      live.since = since;
      // What goes on may be out of date, and take long.
      this.options.builder.recheck(name);
      if (live.absent) live.missed = true;
      else this.rebuild(name, live.result !== undefined);
    }
  }

  /** Files are just being written: invocations wait; {@link touch} follows. */
  announce(files: readonly string[]): void {
    for (const [name, { absent }] of this.touchedBy(files)) if (!absent) this.options.target.building(name);
  }

  private touchedBy(files: readonly string[]): [string, Live][] {
    return [...this.live].filter(([, { result, declared }]) =>
      files.some(file =>
        // Before the first build has ended nobody knows its inputs.
        result === undefined ? mayTouch(declared, file) : result.inputs.touchedBy(file),
      ),
    );
  }

  /** The owner's time is over. */
  remove(owner: Owner): void {
    if (this.disposed) return;
    this.options.target.remove(owner);
    for (const [name, { declared }] of this.live) {
      if (ownerKey(declared.owner) === ownerKey(owner)) this.forget(name);
    }
  }

  /** Of builds and of names. */
  problems(): readonly WorkspaceProblem[] {
    const present = [...this.live.values()].filter(({ absent }) => !absent);
    const ofBuilds = present.flatMap(({ declared, result, refusal }) => [
      ...(result?.problems ?? []),
      ...this.missingLayers(declared),
      ...(refusal === undefined
        ? []
        : [problemAt(declared.declaration, 'error', 'build', refusal, declared.name)]),
    ]);
    return [...this.conflicts, ...ofBuilds];
  }

  /** Layers that aren't in the host: the function runs without them. */
  private missingLayers(declared: DeclaredFunction): WorkspaceProblem[] {
    return this.options.target.missingLayers(declared.name).flatMap(arn => {
      const at = declared.layers.indexOf(arn);
      // One of the template's own has a problem of its own, where it is declared.
      if (at < 0) return [];
      const place = declared.layerRanges?.[at] ?? declared.declaration;
      return [problemAt(place, 'warning', 'missing-layer', missingLayerText(arn), declared.name)];
    });
  }

  /** Where the files are that are part of a function. */
  places(): { readonly folders: readonly string[]; readonly trees: readonly string[] } {
    const inputs = [...this.live.values()].flatMap(({ result }) => result?.inputs ?? []);
    return {
      folders: [...new Set(inputs.flatMap(({ folders }) => folders))],
      trees: [...new Set(inputs.flatMap(({ trees }) => trees))],
    };
  }

  /** Whether a file is part of a function that has been built. */
  isPart(file: string): boolean {
    return [...this.live.values()].some(({ result }) => result?.inputs.touchedBy(file));
  }

  /** Resolves when no build waits or runs. */
  settled(): Promise<void> {
    return this.queue.settled();
  }

  /** The same, but for builds that take long and that none of the files is part of. */
  settledFor(files: readonly string[]): Promise<void> {
    const touched = new Set(this.touchedBy(files).map(([name]) => name));
    return this.queue.settled([...this.live.keys()].filter(name => touched.has(name) || !this.isLong(name)));
  }

  /** A compiler or an installer takes its time. */
  private isLong(name: string): boolean {
    const code = this.live.get(name)?.declared.code;
    return code?.kind === 'tool' || (code !== undefined && 'packages' in code);
  }

  /** A mark for {@link reloadedSince}. */
  mark(): number {
    return this.reloads;
  }

  reloadedSince(mark: number): string[] {
    return [...this.lastReloads].flatMap(([name, reload]) => (reload > mark ? [name] : []));
  }

  /** What goes on ends without reaching the host. */
  dispose(): void {
    this.disposed = true;
    for (const name of this.live.keys()) this.queue.drop(name);
  }

  private rebuild(name: string, first: boolean): void {
    this.options.target.building(name);
    this.queue.request(name, first);
  }

  private forget(name: string): void {
    this.live.delete(name);
    this.lastReloads.delete(name);
    this.queue.drop(name);
    void this.options.builder.forget(name);
  }

  private async buildAndDeploy(name: string): Promise<void> {
    const live = this.live.get(name);
    if (live === undefined) return;
    const since = live.since ?? this.options.timers.now();
    delete live.since;
    const result = await this.options.builder.build(live.declared);
    // Meanwhile the function may be gone, another's, or changed again: the next build answers whoever waits.
    if (!this.isCurrent(name, live)) return;
    // It says nothing of the code; the build that ended it does.
    if (!result.ok && result.cancelled === true) return;
    live.result = result;
    if (this.queue.isStale(name)) return;
    delete live.refusal;
    if (result.ok) await this.deploy(name, live, result, since);
    else this.options.target.buildFailed(name, result.message);
    if (this.isCurrent(name, live)) this.options.changed();
  }

  private isCurrent(name: string, live: Live): boolean {
    return !this.disposed && this.live.get(name) === live;
  }

  private async deploy(name: string, live: Live, { code }: BuildSuccess, since: number): Promise<void> {
    const { target, timers, publish } = this.options;
    try {
      // Somebody may have deleted it by the API: the workspace declares it, so it comes back with its next code.
      const conflict = target.owned().some(owned => owned.name === name)
        ? undefined
        : target.declare(live.declared);
      if (conflict !== undefined) throw new Error(conflict);
      await this.options.layersReady();
      await target.deploy(name, code);
    } catch (error) {
      // A zip that can't be unpacked, for instance; invocations get the same message from the host.
      live.refusal = error instanceof Error ? error.message : String(error);
      return;
    }
    const hash = code.kind === 'zip' ? undefined : code.hash;
    if (hash !== undefined && hash === live.hash && (since === live.announced || runsInPlace(live, code)))
      return;
    const first = live.hash === undefined;
    live.hash = hash ?? 'zip';
    live.announced = since;
    this.lastReloads.delete(name);
    this.lastReloads.set(name, ++this.reloads);
    const ms = Math.max(0, Math.round(timers.now() - since));
    publish({ type: 'reloaded', functionName: name, ms, first });
  }
}

/** Whether a file may be part of a function that wasn't built yet. */
function mayTouch({ code, owner, layerRoots = {} }: DeclaredFunction, file: string): boolean {
  if (file === owner.template) return false;
  if (code.kind !== 'tool') return true;
  return [code.root, ...Object.values(layerRoots)].some(folder => isIn(folder, file));
}

/** Its hash is of its files: none of them has changed. What was built again is told, also where it came out the same. */
function runsInPlace({ declared }: Live, code: BuildSuccess['code']): boolean {
  return code.kind === 'folder' && declared.code.kind === 'folder' && code.root === declared.code.root;
}

/** All of a function that the host takes: not its place in the file, nor what invokes it. */
function textOf({
  declaration: _declaration,
  handlerLocation: _handlerLocation,
  layerRanges: _layerRanges,
  eventTypes: _eventTypes,
  ...rest
}: DeclaredFunction): string {
  return JSON.stringify(rest);
}

/** What its code depends on. */
function codeTextOf({ code, handler, runtime, packageType, architecture }: DeclaredFunction): string {
  return JSON.stringify([code, handler, runtime, packageType, architecture]);
}
