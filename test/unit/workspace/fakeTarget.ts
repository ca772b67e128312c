/** An in-memory {@link DeploymentTarget}: what the deployment sees of the host, with a record of its calls. */
import type { BuiltCode, DeploymentTarget, LayerFiles } from '../../../src/protocol/deployment.ts';
import type { FunctionSummary, Owner } from '../../../src/protocol/model.ts';
import type { DeclaredFunction, DeclaredLayer } from '../../../src/protocol/workspace.ts';

interface Held {
  declared: DeclaredFunction;
  code?: BuiltCode;
  error?: string;
  building: boolean;
}

export class FakeTarget implements DeploymentTarget {
  readonly held = new Map<string, Held>();
  /** `declare Fn`, `building Fn`, `deploy Fn`, `failed Fn`, `remove Fn`. */
  calls: string[] = [];
  readonly layers: { declared: DeclaredLayer; files?: LayerFiles }[] = [];
  /** Files that can't be unpacked. */
  readonly badZips = new Set<string>();
  /** ARNs that the host lacks, by function. */
  readonly missing = new Map<string, readonly string[]>();
  readonly layerListeners = new Set<() => void>();
  /** Names that somebody else has. */
  readonly taken = new Set<string>();
  private readonly waiting: { readonly when: () => boolean; readonly go: () => void }[] = [];
  private readonly inside = new Set<string>();

  declare(declared: DeclaredFunction): string | undefined {
    const { name, owner } = declared;
    this.calls.push(`declare ${name}`);
    const other = this.held.get(name);
    const foreign = other !== undefined && !sameOwner(other.declared.owner, owner);
    if (this.taken.has(name) || foreign) return `${name} belongs to somebody else.`;
    for (const [earlier, held] of this.held) {
      if (earlier !== name && sameOwner(held.declared.owner, owner)) this.held.delete(earlier);
    }
    // Without code its callers wait from here on, as in the host.
    this.held.set(name, { ...other, declared, building: other?.code === undefined || other.building });
    this.wake();
    return undefined;
  }

  building(name: string): void {
    this.calls.push(`building ${name}`);
    const held = this.held.get(name);
    if (held !== undefined) held.building = true;
    this.wake();
  }

  async deploy(name: string, code: BuiltCode): Promise<FunctionSummary> {
    if (this.inside.has(name)) throw new Error(`two deployments of ${name} at once`);
    this.inside.add(name);
    await Promise.resolve();
    this.inside.delete(name);
    this.calls.push(`deploy ${name}`);
    const held = this.held.get(name);
    if (held === undefined) throw new Error(`${name} has to be declared`);
    if (code.kind === 'zip' && !code.bytes.toString().startsWith('PK')) {
      held.building = false;
      this.wake();
      throw new Error('Could not unzip uploaded file.');
    }
    held.code = code;
    held.building = false;
    delete held.error;
    this.wake();
    return { name } as FunctionSummary;
  }

  buildFailed(name: string, message: string): void {
    this.calls.push(`failed ${name}`);
    const held = this.held.get(name);
    if (held === undefined) return;
    held.error = message;
    held.building = false;
    this.wake();
  }

  declareLayer(declared: DeclaredLayer): void {
    const { name, owner } = declared;
    this.calls.push(`declare layer ${name}`);
    const before = this.layers.find(layer => sameOwner(layer.declared.owner, owner));
    if (before !== undefined) before.declared = declared;
    else this.layers.push({ declared });
    this.wake();
  }

  async deployLayer(owner: Owner, files: LayerFiles): Promise<void> {
    await Promise.resolve();
    const layer = this.layers.find(one => sameOwner(one.declared.owner, owner));
    if (layer === undefined) return;
    this.calls.push(`deploy layer ${layer.declared.name}`);
    if (files.kind === 'zip' && this.badZips.has(files.file))
      throw new Error('Could not unzip uploaded file.');
    layer.files = files;
    this.wake();
  }

  missingLayers(name: string): readonly string[] {
    return this.missing.get(name) ?? [];
  }

  onLayersChanged(listener: () => void): () => void {
    this.layerListeners.add(listener);
    return () => this.layerListeners.delete(listener);
  }

  ownedLayers(): Owner[] {
    return this.layers.map(({ declared }) => declared.owner);
  }

  remove(owner: Owner): void {
    for (const layer of [...this.layers]) {
      if (!sameOwner(layer.declared.owner, owner)) continue;
      this.calls.push(`remove layer ${layer.declared.name}`);
      this.layers.splice(this.layers.indexOf(layer), 1);
    }
    for (const [name, { declared }] of this.held) {
      if (!sameOwner(declared.owner, owner)) continue;
      this.calls.push(`remove ${name}`);
      this.held.delete(name);
    }
    this.wake();
  }

  owned(): { name: string; owner: Owner }[] {
    return [...this.held].map(([name, { declared }]) => ({ name, owner: declared.owner }));
  }

  /** The path that runs now, relative to nothing. */
  root(name: string): string | undefined {
    const code = this.held.get(name)?.code;
    return code?.kind === 'folder' ? code.root : undefined;
  }

  /** Resolves when `when` holds; it is looked at after each call that changes something. */
  until(when: () => boolean): Promise<void> {
    if (when()) return Promise.resolve();
    return new Promise(go => this.waiting.push({ when, go }));
  }

  private wake(): void {
    for (const entry of [...this.waiting]) {
      if (!entry.when()) continue;
      this.waiting.splice(this.waiting.indexOf(entry), 1);
      entry.go();
    }
  }
}

function sameOwner(a: Owner, b: Owner): boolean {
  return a.template === b.template && a.logicalId === b.logicalId;
}
