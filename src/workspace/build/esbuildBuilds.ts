/** TypeScript functions, each with an esbuild context of its own that is kept for the next save. */
import path from 'node:path';
import type { BuildContext, BuildOptions, BuildResult as EsbuildResult, OutputFile } from 'esbuild';
import type { DeclaredFunction } from '../../protocol/workspace.ts';
import { isIn } from '../files/isIn.ts';
import { problemAt } from '../sourceText.ts';
import { type ArtifactFile, hashOf, writeArtifact } from './artifact.ts';
import type { BuildFailure, BuildInputs, BuildResult } from './buildResult.ts';
import { findEsbuild, type FoundEsbuild } from './esbuildModule.ts';
import { buildOptions, type EsbuildCode } from './esbuildOptions.ts';
import { errorsOf, failureMessage, problemOf } from './esbuildProblems.ts';
import { externalPackages } from './externalPackages.ts';
import { withAbsoluteSources } from './sourceMap.ts';

interface Kept {
  /** All that the context was made from. */
  readonly key: string;
  readonly context: BuildContext;
  /** Files of the last build that succeeded. */
  inputs: ReadonlySet<string>;
  /** It builds right now. */
  busy: boolean;
}

/** Contexts hold their parsed files in esbuild's process; functions that haven't changed for long build from nothing. */
const MOST_CONTEXTS = 12;

export class EsbuildBuilds {
  private readonly own: string | URL;
  private readonly kept = new Map<string, Kept>();
  private disposed = false;

  constructor(own: string | URL) {
    this.own = own;
  }

  /** @param packages a `node_modules` with packages that the project has not installed itself */
  async build(
    declared: DeclaredFunction,
    code: EsbuildCode,
    functionDir: string,
    packages?: string,
  ): Promise<BuildResult> {
    const found = findEsbuild(code.root, this.own);
    if (found === undefined) return noEsbuild(declared, code);
    const outdir = path.join(functionDir, 'out');
    const options = await buildOptions(declared, code, outdir, packages);
    const key = JSON.stringify([found.file, options]);
    const before = this.kept.get(declared.name)?.inputs ?? new Set<string>();
    try {
      const result = await this.rebuild(declared.name, key, found, options);
      return await this.success(declared, code, result, options, functionDir);
    } catch (error) {
      const problems = errorsOf(error).map(message => problemOf(message, 'error', declared, code.root));
      // An esbuild that has died can't say where a mistake is: the next build starts it anew.
      if (!(error instanceof Error && 'errors' in error)) await this.forget(declared.name);
      const inputs = new Set([...before, ...problems.map(({ file }) => file)]);
      return {
        ok: false,
        message: failureMessage(declared, problems),
        problems,
        inputs: inputsOf(code, inputs, true),
      };
    }
  }

  private async rebuild(
    name: string,
    key: string,
    found: FoundEsbuild,
    options: BuildOptions,
  ): Promise<EsbuildResult> {
    const kept = await this.contextFor(name, key, found, options);
    kept.busy = true;
    try {
      return await kept.context.rebuild();
    } finally {
      kept.busy = false;
      await this.dropOldest();
    }
  }

  private async contextFor(
    name: string,
    key: string,
    { esbuild }: FoundEsbuild,
    options: BuildOptions,
  ): Promise<Kept> {
    const kept = this.kept.get(name);
    if (kept?.key === key) {
      // The last in the order is the one that was used last.
      this.kept.delete(name);
      this.kept.set(name, kept);
      return kept;
    }
    await this.forget(name);
    if (this.disposed) throw new Error('Builds have ended.');
    const context = await esbuild.context(options);
    const made: Kept = { key, context, inputs: kept?.inputs ?? new Set(), busy: false };
    this.kept.set(name, made);
    return made;
  }

  private async dropOldest(): Promise<void> {
    const idle = [...this.kept].filter(([, { busy }]) => !busy).map(([name]) => name);
    for (const name of idle.slice(0, Math.max(0, this.kept.size - MOST_CONTEXTS))) await this.forget(name);
  }

  private async success(
    declared: DeclaredFunction,
    code: EsbuildCode,
    result: EsbuildResult,
    { format, nodePaths }: BuildOptions,
    functionDir: string,
  ): Promise<BuildResult> {
    const { outputFiles = [], metafile } = result;
    const outdir = path.join(functionDir, 'out');
    const files = outputFiles.map(file => artifactFile(file, outdir));
    // The same ending means the same to Node wherever the folder lies.
    files.push({ name: 'package.json', content: `{"type":"${format === 'esm' ? 'module' : 'commonjs'}"}\n` });
    const { links, libraries } = await externalPackages(code.root, metafile, nodePaths?.[0]);
    const hash = hashOf(files, JSON.stringify(links));
    const artifact = await writeArtifact(functionDir, hash, files, links);
    const inputs = new Set(Object.keys(metafile?.inputs ?? {}).map(file => path.resolve(code.root, file)));
    const kept = this.kept.get(declared.name);
    if (kept !== undefined) kept.inputs = inputs;
    return {
      ok: true,
      code: {
        kind: 'folder',
        ...artifact,
        ...(libraries.length === 0 ? {} : { libraries }),
      },
      problems: result.warnings
        .map(message => problemOf(message, 'warning', declared, code.root))
        .filter(({ file }) => !file.split(path.sep).includes('node_modules')),
      inputs: inputsOf(code, inputs, false),
    };
  }

  async forget(name: string): Promise<void> {
    const kept = this.kept.get(name);
    this.kept.delete(name);
    await kept?.context.dispose();
  }

  /** Builds that go on fail; none begins after it. */
  async dispose(): Promise<void> {
    this.disposed = true;
    await Promise.all([...this.kept.keys()].map(name => this.forget(name)));
  }
}

function artifactFile(file: OutputFile, outdir: string): ArtifactFile {
  const name = path.relative(outdir, file.path).split(path.sep).join('/');
  const content = name.endsWith('.map') ? withAbsoluteSources(file.text, file.path) : file.contents;
  return { name, content };
}

/** Files that esbuild reads without listing them. */
const configuration = /^(tsconfig(\..*)?|jsconfig|package)\.json$/;

function inputsOf(code: EsbuildCode, files: ReadonlySet<string>, failed: boolean): BuildInputs {
  const folders = new Set([code.root, path.dirname(code.entry)]);
  for (const file of files) {
    if (!file.split(path.sep).includes('node_modules')) folders.add(path.dirname(file));
  }
  return {
    folders: [...folders],
    trees: [],
    touchedBy(file) {
      if (files.has(file) || isIn(file, code.entry)) return true;
      if (configuration.test(path.basename(file))) {
        return isIn(path.dirname(file), code.entry) || isIn(code.root, file);
      }
      // What a failed build misses may be any new file; a folder of inputs may be moved as a whole.
      return failed || (path.extname(file) === '' && [...files].some(input => isIn(file, input)));
    },
  };
}

function noEsbuild(declared: DeclaredFunction, code: EsbuildCode): BuildFailure {
  const text = `esbuild, which makes JavaScript of ${path.basename(code.entry)}, was not found. Run npm install --save-dev esbuild in ${code.root}.`;
  const file = declared.handlerLocation ?? { file: code.entry, line: 0, column: 0 };
  const range = {
    file: file.file,
    startLine: file.line,
    startColumn: file.column,
    endLine: file.line,
    endColumn: file.column + 1,
  };
  const problems = [problemAt(range, 'error', 'build', text, declared.name)];
  const inputs: BuildInputs = {
    folders: [code.root],
    trees: [],
    touchedBy: changed => changed === code.entry || path.basename(changed) === 'package.json',
  };
  return { ok: false, message: failureMessage(declared, problems), problems, inputs };
}
