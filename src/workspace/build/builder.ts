/** Makes code that is ready to run from what the workspace declares. Nothing is written into the user's tree. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuiltCode, LayerFiles } from '../../protocol/deployment.ts';
import type {
  DeclaredCode,
  DeclaredFunction,
  DeclaredLayer,
  PackageInstall,
} from '../../protocol/workspace.ts';
import { isIn } from '../files/isIn.ts';
import { hasInstalledPackages, namesPackages, nodeLibraries, pythonLibraries } from '../packages.ts';
import { languageOf } from '../runtimes.ts';
import { problemAt } from '../sourceText.ts';
import { hashOf, pruneArtifacts, sweepArtifacts, writeArtifact } from './artifact.ts';
import type { BuildFailure, BuildInputs, BuildResult } from './buildResult.ts';
import { EsbuildBuilds } from './esbuildBuilds.ts';
import { keepEsbuild } from './esbuildModule.ts';
import { failureMessage } from './esbuildProblems.ts';
import { folderState, isCodeFile, type FolderState } from './folderCode.ts';
import { type LayerState, lookAtLayer, withLayers } from './layerInputs.ts';
import { isManifestAbove, SeenFolders } from './seenFolders.ts';
import type { BuildTarget } from './tools/recipe.ts';
import { sweepToolArtifacts } from './tools/toolArtifacts.ts';
import { ToolBuilds } from './tools/toolBuilds.ts';

export interface BuilderOptions {
  /** Where artifacts go, `<buildsDir>/<function>/<hash>/`; made when needed. */
  readonly buildsDir: string;
  /** The workspace's folder. */
  readonly folder: string;
  /** Where what is compiled is to run; on this machine unless told. */
  readonly target?: BuildTarget;
  /** Gets a line where a build takes long. */
  readonly tell?: (message: string) => void;
  /** File or URL beside which Lamplight's own esbuild is found; this module's place unless told. */
  readonly ownModules?: string | URL;
}

export interface Builder {
  /** Never rejects: what goes wrong is a {@link BuildFailure}. One build of a function at a time. */
  build(declared: DeclaredFunction): Promise<BuildResult>;
  /** The function's build, if one runs, is out of date: where that takes long, it ends. */
  cancel(name: string): void;
  /** The same, if files have changed that it has begun with. */
  recheck(name: string): void;
  /** What a layer has; undefined where the template names nothing that is there. Rejects when its folder can't be made. */
  layer(declared: DeclaredLayer): Promise<LayerFiles | undefined>;
  /** Files (absolute paths) have changed: what was seen of their folders doesn't count any more. */
  invalidate(files: readonly string[]): void;
  /** The function is gone: what is held for its next build is let go. Its artifacts stay for a while. */
  forget(name: string): Promise<void>;
  /** Ends esbuild's processes and background work. */
  dispose(): Promise<void>;
}

export function createBuilder(options: BuilderOptions): Builder {
  return new WorkspaceBuilder(options);
}

class WorkspaceBuilder implements Builder {
  private readonly buildsDir: string;
  private readonly folder: string;
  private readonly esbuild: EsbuildBuilds;
  private readonly tools: ToolBuilds;
  /** Functions that share a folder look at it once. */
  private readonly states = new SeenFolders<FolderState>();
  private readonly layers = new SeenFolders<LayerState>();
  private readonly swept: Promise<void>;
  private readonly background = new Set<Promise<void>>();
  private readonly releaseEsbuild = keepEsbuild();

  constructor(options: BuilderOptions) {
    const { buildsDir, folder, ownModules, target = 'machine', tell = () => undefined } = options;
    this.buildsDir = buildsDir;
    this.folder = folder;
    this.esbuild = new EsbuildBuilds(ownModules ?? import.meta.url);
    this.tools = new ToolBuilds({ buildsDir, folder, target, tell });
    this.swept = Promise.allSettled([
      sweepArtifacts(buildsDir, Date.now()),
      sweepToolArtifacts(buildsDir, Date.now()),
    ]).then(() => undefined);
  }

  invalidate(files: readonly string[]): void {
    this.states.forget(files);
    this.layers.forget(files);
  }

  async build(declared: DeclaredFunction): Promise<BuildResult> {
    await this.swept;
    try {
      const roots = Object.values(declared.layerRoots ?? {});
      const [result, ...layers] = await Promise.all([
        this.buildCode(declared, declared.code),
        ...roots.map(root => this.layers.once(root, root, () => lookAtLayer(root))),
      ]);
      return layers.length === 0 ? result : withLayers(result, layers);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return failure(declared, text, inputsOf(declared));
    }
  }

  cancel(name: string): void {
    this.tools.cancel(name);
  }

  recheck(name: string): void {
    this.tools.recheck(name);
  }

  async layer({ name, root, below, zip }: DeclaredLayer): Promise<LayerFiles | undefined> {
    await this.swept;
    if (zip !== undefined) return { kind: 'zip', file: zip };
    if (root === undefined) return undefined;
    const { signature: hash, size } = await this.layers.once(root, root, () => lookAtLayer(root));
    if (below === undefined) return { kind: 'folder', root, hash, size };
    const place = hashOf([{ name: below, content: root }]);
    const made = await writeArtifact(path.join(this.buildsDir, '.layers', name), place, [], {
      [below]: root,
    });
    return { kind: 'folder', root: made.root, hash, size };
  }

  private async buildCode(declared: DeclaredFunction, code: DeclaredCode): Promise<BuildResult> {
    const functionDir = path.join(this.buildsDir, declared.name);
    const inputs = inputsOf(declared);
    switch (code.kind) {
      case 'esbuild': {
        const packages = await this.installed(declared, code, 'node');
        if (packages?.ok === false) return packages;
        const result = await this.esbuild.build(declared, code, functionDir, packages?.folder);
        if (result.ok) this.later(pruneArtifacts(functionDir));
        return packages === undefined ? result : withInputs(result, packages.inputs);
      }
      case 'tool':
        return this.tools.build(declared, code);
      case 'folder':
        return this.fromFolder(declared, code, inputs);
      case 'zip': {
        const bytes = await readFile(code.file);
        return success({ kind: 'zip', bytes }, inputs);
      }
      case 'inline': {
        const files = [{ name: code.fileName, content: code.text }];
        const artifact = await writeArtifact(functionDir, hashOf(files), files);
        this.later(pruneArtifacts(functionDir));
        return success({ kind: 'folder', ...artifact }, inputs);
      }
      case 'image': {
        const { imageUri } = code;
        if (imageUri !== undefined) {
          const hash = hashOf([{ name: 'image', content: imageUri }]);
          return success({ kind: 'image', imageUri, hash }, inputs);
        }
        const text = `Images are not built from a Dockerfile yet. Build it yourself (docker build -t ${declared.name.toLowerCase()} ${code.context ?? '.'}) and give its name as ImageUri.`;
        return failure(declared, text, inputs, 'warning');
      }
    }
  }

  /** The folder with packages that the template wants, where the project has not installed them itself. */
  private async installed(
    declared: DeclaredFunction,
    { root, packages }: { readonly root: string; readonly packages?: PackageInstall },
    language: 'node' | 'python',
  ): Promise<Installed | BuildFailure | undefined> {
    if (packages === undefined || (await hasInstalledPackages(this.folder, root, language))) return undefined;
    const text = await readFile(packages.manifest, 'utf8').catch(() => '');
    if (!namesPackages(packages.manifest, text)) return undefined;
    const made = await this.tools.build(declared, {
      kind: 'tool',
      root: path.dirname(packages.manifest),
      build: packages,
    });
    if (!made.ok || made.code.kind !== 'folder') return made.ok ? undefined : made;
    const folder = language === 'node' ? path.join(made.code.root, 'node_modules') : made.code.root;
    return { ok: true, folder, inputs: made.inputs };
  }

  private async fromFolder(
    declared: DeclaredFunction,
    code: Extract<DeclaredCode, { kind: 'folder' }>,
    inputs: BuildInputs,
  ): Promise<BuildResult> {
    const { root } = code;
    const language = languageOf(declared.runtime);
    const packages = language === 'other' ? undefined : await this.installed(declared, code, language);
    if (packages?.ok === false) return { ...packages, inputs };
    const own =
      language === 'python'
        ? await pythonLibraries(this.folder, root)
        : language === 'node'
          ? await nodeLibraries(root)
          : [];
    const libraries = packages === undefined ? own : [packages.folder, ...own];
    const { template } = declared.owner;
    const key = [root, template, ...libraries].join('\0');
    const look = (): Promise<FolderState> => folderState(root, template, libraries);
    const seen = await this.states.once(key, root, look).catch(() => undefined);
    if (seen === undefined) {
      return failure(
        declared,
        `The code folder ${root} isn't there. Correct the template, or make the folder.`,
        inputs,
      );
    }
    const more = libraries.length === 0 ? {} : { libraries };
    return success({ kind: 'folder', root, hash: seen.hash, size: seen.size, ...more }, inputs);
  }

  private later(work: Promise<void>): void {
    const guarded = work.catch(() => undefined);
    this.background.add(guarded);
    void guarded.finally(() => this.background.delete(guarded));
  }

  forget(name: string): Promise<void> {
    this.tools.cancel(name);
    return this.esbuild.forget(name);
  }

  async dispose(): Promise<void> {
    await Promise.all([this.esbuild.dispose(), this.tools.dispose()]);
    await Promise.all(this.background);
    await this.releaseEsbuild();
  }
}

interface Installed {
  readonly ok: true;
  readonly folder: string;
  readonly inputs: BuildInputs;
}

/** The result also changes with the files of other inputs. */
function withInputs(result: BuildResult, more: BuildInputs): BuildResult {
  const own = result.inputs;
  const inputs: BuildInputs = {
    folders: [...own.folders, ...more.folders],
    trees: [...own.trees, ...more.trees],
    touchedBy: file => own.touchedBy(file) || more.touchedBy(file),
  };
  return { ...result, inputs };
}

function success(code: BuiltCode, inputs: BuildInputs): BuildResult {
  return { ok: true, code, problems: [], inputs };
}

function failure(
  declared: DeclaredFunction,
  text: string,
  inputs: BuildInputs,
  severity: 'error' | 'warning' = 'error',
): BuildResult {
  const problems = [problemAt(declared.declaration, severity, 'build', text, declared.name)];
  return { ok: false, message: failureMessage(declared, problems), problems, inputs };
}

/** For code that isn't bundled. */
function inputsOf({ code, owner }: DeclaredFunction): BuildInputs {
  if (code.kind === 'zip') {
    return { folders: [path.dirname(code.file)], trees: [], touchedBy: file => file === code.file };
  }
  if (code.kind !== 'folder') return { folders: [], trees: [], touchedBy: () => false };
  return {
    folders: [],
    trees: [code.root],
    touchedBy: file =>
      // The folder itself, or one above it that was moved as a whole.
      isIn(file, code.root) ||
      isCodeFile(code.root, file, owner.template) ||
      // Packages may have been installed above it.
      isManifestAbove(code.root, file),
  };
}
