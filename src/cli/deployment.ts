/**
 * The workspace's deployment: what the folder declares is in the host, with the code as it was last saved. It discovers,
 * declares all functions at once, builds them, and does the part that is needed of it again on every change.
 */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { HostEvent } from '../protocol/control.ts';
import type { DeploymentTarget } from '../protocol/deployment.ts';
import type { Owner } from '../protocol/model.ts';
import type { WorkspaceModel } from '../protocol/workspace.ts';
import { type Builder, createBuilder } from '../workspace/build/builder.ts';
import type { BuildTarget } from '../workspace/build/tools/recipe.ts';
import { discoverWorkspace, type TemplateCache, templateCache } from '../workspace/discover.ts';
import { handlerLanguageOf } from '../workspace/handlers/locateHandlers.ts';
import { isSamConfig } from '../workspace/samconfig/samconfig.ts';
import { mayBeTemplate } from '../workspace/templates/readTemplate.ts';
import { watchWorkspace, type WorkspaceWatch } from '../workspace/watch/watchWorkspace.ts';
import { DeployFunctions } from './deployFunctions.ts';
import { DeployLayers } from './deployLayers.ts';
import { Ownership } from './deployOwnership.ts';
import { deploymentProblems } from './deployProblems.ts';
import { fileStamps, type FileStamps } from './deployStamps.ts';
import { type DeploymentTimers, systemTimers } from './deployTimers.ts';

export interface DeploymentOptions {
  /** Real path of the workspace's folder. */
  readonly folder: string;
  readonly target: DeploymentTarget;
  /** `<state folder>/builds`. */
  readonly buildsDir: string;
  readonly region: string;
  readonly accountId: string;
  /** Where what is compiled is to run; on this machine unless told. */
  readonly buildTarget?: BuildTarget;
  /** Gets `problems`, `reloaded` and `notice` events. */
  readonly publish: (event: HostEvent) => void;
  readonly timers?: DeploymentTimers;
}

export interface Deployment {
  /**
   * Looks at the named files now, without waiting for the watch. Resolves when all functions that they are part of have
   * the code as it is saved, with the names of those that got new code.
   * @param files absolute paths
   */
  sync(files: readonly string[]): Promise<readonly string[]>;
  /** Resolves when nothing that was seen so far waits to be discovered, built or deployed. */
  settled(): Promise<void>;
  /** Idempotent. The host's functions stay as they are; esbuild's processes end. */
  dispose(): Promise<void>;
}

/** After a save of code: does it still export its handler, is there a new one? Nobody waits for that. */
const LOOK_AGAIN_MS = 150;

/** A file that was just emptied gets its content within this time; if not, it is meant to be empty. */
const BEING_WRITTEN_MS = 30;

/** Resolves when every declared function is known to the host; builds go on. Rejects when the folder can't be read. */
export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const deployment = new WorkspaceDeployment(options);
  try {
    await deployment.start();
  } catch (error) {
    await deployment.dispose();
    throw error;
  }
  return deployment;
}

class WorkspaceDeployment implements Deployment {
  private readonly options: DeploymentOptions;
  private readonly timers: DeploymentTimers;
  private readonly builder: Builder;
  private readonly functions: DeployFunctions;
  private readonly layers: DeployLayers;
  private readonly endLayersWatch: () => void;
  private readonly ownership: Ownership;
  private readonly stamps: FileStamps;
  private readonly watch: WorkspaceWatch;
  private readonly tellProblems: (model: WorkspaceModel) => void;
  private readonly cache: TemplateCache = templateCache();
  /** When the first builds could begin: they have what was written before. */
  private startedAt = 0;
  private model: WorkspaceModel | undefined;
  private lookAgain: { cancel(): void } | undefined;
  /** The discovery that runs, and the one that was asked for while it ran. */
  private discovery: Promise<void> | undefined;
  private nextDiscovery: Promise<void> | undefined;
  /** Batches of the watch that are being looked at. */
  private readonly batches = new Set<Promise<unknown>>();
  private disposed: Promise<void> | undefined;

  constructor(options: DeploymentOptions) {
    const { folder, buildsDir, publish } = options;
    this.options = options;
    this.timers = options.timers ?? systemTimers;
    this.builder = createBuilder({
      folder,
      buildsDir,
      target: options.buildTarget ?? 'machine',
      tell: message => publish({ type: 'notice', severity: 'info', message }),
    });
    this.tellProblems = deploymentProblems(publish, () => [
      ...this.functions.problems(),
      ...this.layers.problems(),
    ]);
    this.layers = new DeployLayers({
      target: options.target,
      builder: this.builder,
      changed: () => this.problemsChanged(),
    });
    // One that was missing may have been imported.
    this.endLayersWatch = options.target.onLayersChanged(() => this.problemsChanged());
    this.functions = new DeployFunctions({
      target: options.target,
      builder: this.builder,
      timers: this.timers,
      publish,
      layersReady: () => this.layers.settled(),
      changed: () => this.functionsChanged(),
    });
    this.ownership = new Ownership(this.timers, owner => {
      this.layers.remove(owner);
      this.functions.remove(owner);
      // Its name may be what another function waits for.
      if (this.model !== undefined) this.apply(this.model);
    });
    this.stamps = fileStamps(() => this.timers.now());
    this.watch = watchWorkspace(folder, paths => this.watched(paths), {
      failed: message => publish({ type: 'notice', severity: 'warning', message }),
    });
  }

  async start(): Promise<void> {
    await Promise.all([this.discover(), this.watch.ready]);
    // What was changed between the two is seen by this.
    this.discoverLater();
  }

  async sync(files: readonly string[]): Promise<readonly string[]> {
    const mark = this.functions.mark();
    const known = await Promise.all(files.map(realPathOf));
    const changed = new Set(await this.act(known, this.startedAt));
    // What the watch saw just before may still be on its way.
    await Promise.all(this.batches);
    const seen = (file: string): boolean => changed.has(file) || this.lookAgain !== undefined;
    if (known.some(file => seen(file) && this.mayDeclareAnother(file))) await this.discover();
    await this.functions.settledFor(known);
    return this.functions.reloadedSince(mark);
  }

  async settled(): Promise<void> {
    while (this.batches.size > 0) await Promise.all(this.batches);
    while (this.discovery !== undefined) await this.discovery;
    await this.functions.settled();
    await this.layers.settled();
  }

  dispose(): Promise<void> {
    this.disposed ??= (async () => {
      this.watch.dispose();
      this.lookAgain?.cancel();
      this.ownership.dispose();
      this.endLayersWatch();
      this.layers.dispose();
      this.functions.dispose();
      await this.discovery?.catch(() => undefined);
      await this.builder.dispose();
    })();
    return this.disposed;
  }

  private watched(paths: readonly string[]): void {
    const work = this.act(paths).catch((error: unknown) => this.complain(error));
    this.batches.add(work);
    void work.finally(() => this.batches.delete(work));
  }

  /** Starts what the changed ones of the files need. Gives those. */
  private async act(files: readonly string[], since?: number): Promise<string[]> {
    const detected = this.timers.now();
    const looked = await Promise.all(
      files.map(async file => ({ file, ...(await this.stamps.changed(file, since)) })),
    );
    const fresh = looked.filter(({ changed }) => changed);
    const changed = fresh.map(({ file }) => file);
    if (changed.length === 0 || this.disposed !== undefined) return [];
    if (fresh.some(({ empty }) => empty)) {
      this.functions.announce(changed);
      await new Promise<void>(resolve => this.timers.after(BEING_WRITTEN_MS, resolve));
    }
    const written = Math.max(...fresh.map(file => file.written ?? 0));
    // A copied file may carry the time of its original.
    this.layers.touch(changed);
    this.functions.touch(changed, Math.abs(detected - written) < 1000 ? written : detected);
    if (changed.some(file => this.isTemplate(file))) await this.discover();
    else if (changed.some(mayDeclare)) this.discoverLater();
    return changed;
  }

  private isTemplate(file: string): boolean {
    return mayBeTemplate(file) || isSamConfig(file) || this.model?.templates.includes(file) === true;
  }

  /** A file whose handler isn't known may hold one, or be what a template misses. */
  private mayDeclareAnother(file: string): boolean {
    const { functions = [], templates = [] } = this.model ?? {};
    if (!mayDeclare(file) || functions.some(({ handlerLocation }) => handlerLocation?.file === file))
      return false;
    return templates.length === 0 || !this.functions.isPart(file);
  }

  private discoverLater(): void {
    this.lookAgain?.cancel();
    this.lookAgain = this.timers.after(LOOK_AGAIN_MS, () => {
      this.lookAgain = undefined;
      this.discover().catch((error: unknown) => this.complain(error));
    });
  }

  /** Resolves when a discovery that began after now has been applied. */
  private discover(): Promise<void> {
    if (this.discovery === undefined) {
      this.discovery = this.discoverNow().finally(() => (this.discovery = undefined));
      return this.discovery;
    }
    this.nextDiscovery ??= this.discovery
      .catch(() => undefined)
      .then(() => {
        this.nextDiscovery = undefined;
        return this.discover();
      });
    return this.nextDiscovery;
  }

  private async discoverNow(): Promise<void> {
    this.lookAgain?.cancel();
    this.lookAgain = undefined;
    const { folder, region, accountId } = this.options;
    const model = await discoverWorkspace(folder, { region, accountId, cache: this.cache });
    if (this.disposed !== undefined) return;
    if (this.model === undefined) this.startedAt = this.timers.now();
    this.model = model;
    this.apply(model);
  }

  private apply(model: WorkspaceModel): void {
    const { target } = this.options;
    const owners = [...target.owned().map(({ owner }) => owner), ...target.ownedLayers()];
    this.ownership.update(owners, model);
    this.layers.apply(model);
    this.functions.apply(this.withoutStandIns(model));
    this.tellProblems(model);
  }

  /**
   * Handlers in the code are functions only where no template declares any. A template that is just being written, or
   * that git takes away for a moment, must not make functions of them that nobody meant.
   */
  private withoutStandIns(model: WorkspaceModel): WorkspaceModel {
    const isTemplates = ({ template }: Owner): boolean => handlerLanguageOf(template) === undefined;
    if (!this.ownership.awaits(isTemplates)) return model;
    return { ...model, functions: model.functions.filter(({ owner }) => isTemplates(owner)) };
  }

  private functionsChanged(): void {
    const { folders, trees } = this.functions.places();
    this.watch.include({ folders, trees: [...trees, ...this.layers.trees()] });
    this.problemsChanged();
  }

  private problemsChanged(): void {
    if (this.model !== undefined) this.tellProblems(this.model);
  }

  private complain(error: unknown): void {
    if (this.disposed !== undefined) return;
    const why = error instanceof Error ? error.message : String(error);
    this.options.publish({
      type: 'notice',
      severity: 'error',
      message: `The workspace ${this.options.folder} could not be read again: ${why}`,
    });
  }
}

/**
 * Where a file really is: an editor that opened the folder through a link names its files by the link, and builds know
 * them by their real paths. The file itself may be gone, or a link that is part of the code under its own name.
 */
async function realPathOf(file: string): Promise<string> {
  const folder = path.dirname(path.resolve(file));
  return path.join(await realpath(folder).catch(() => folder), path.basename(file));
}

/** Whether a file can change what the workspace declares: code, manifests, and folders that come and go. */
function mayDeclare(file: string): boolean {
  const name = path.basename(file);
  return (
    handlerLanguageOf(file) !== undefined ||
    mayBeTemplate(file) ||
    isSamConfig(file) ||
    path.extname(name) === '' ||
    /\.(zip|jar|txt|toml|cfg|mod|xml|gradle|kts|csproj|fsproj|vbproj)$/i.test(name) ||
    /^(package|tsconfig.*)\.json$|^\.(nvmrc|python-version)$/.test(name)
  );
}
