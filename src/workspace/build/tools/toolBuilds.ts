/** Functions that a tool builds. What was built from the same sources before is used again; one run serves all who need it. */
import { rm } from 'node:fs/promises';
import type { DeclaredCode, DeclaredFunction, ToolBuild } from '../../../protocol/workspace.ts';
import { problemAt } from '../../sourceText.ts';
import type { Artifact } from '../artifact.ts';
import type { BuildFailure, BuildInputs, BuildResult } from '../buildResult.ts';
import { failureMessage } from '../esbuildProblems.ts';
import { findProgram, missingProgram, versionOf } from './programs.ts';
import { type BuildTarget, Job, type JobOptions, type Recipe } from './recipe.ts';
import { recipeOf } from './recipes.ts';
import { isSource, type Project, sourcesOf } from './sources.ts';
import { shortHash, ToolArtifacts } from './toolArtifacts.ts';
import { ToolFailure, type ToolMessage } from './toolMessages.ts';

export type ToolCode = Extract<DeclaredCode, { kind: 'tool' }>;

export interface ToolBuildsOptions {
  readonly buildsDir: string;
  /** The workspace's folder. */
  readonly folder: string;
  readonly target: BuildTarget;
  /** Tells that a build takes long, for whoever waits. */
  readonly tell: (message: string) => void;
  /** After how many milliseconds that is; 3000 unless told. */
  readonly longMs?: number;
}

/** One run of a tool, and who waits for it. */
interface Running {
  readonly key: string;
  readonly artifact: Promise<Artifact>;
  readonly ending: AbortController;
  waiting: number;
}

/** A function's build that goes on. */
interface Build {
  readonly cancelling: AbortController;
  /** Whether the sources are still those that it began with; absent before it has looked at them. */
  isCurrent?: () => Promise<boolean>;
  /** Sources and all else that it is of. */
  key?: string;
  /** Who asked for a newer one did so without a change. */
  isConfirmed?: boolean;
}

interface Failed {
  readonly key: string;
  readonly error: ToolFailure;
}

/** Fills a folder. Gives whether the sources are still those that the run was asked for. */
type Make = (run: Pick<JobOptions, 'out' | 'temporary' | 'signal' | 'onLine'>) => Promise<boolean>;

/** The sources have changed since: what they are now is to be built. */
class Outdated extends Error {}

/** A build that takes longer is told, and again in between. */
const LONG_MS = 3_000;
const AGAIN_MS = 20_000;

export class ToolBuilds {
  private readonly options: ToolBuildsOptions;
  /** By variant of a project. */
  private readonly running = new Map<string, Running>();
  private readonly builds = new Map<string, Build>();
  /** Of functions that are built again, although nothing had changed while their build failed. */
  private readonly failed = new Map<string, Failed>();

  constructor(options: ToolBuildsOptions) {
    this.options = options;
  }

  /** Rejects only with what is no fault of the code. */
  async build(declared: DeclaredFunction, code: ToolCode): Promise<BuildResult> {
    const current: Build = { cancelling: new AbortController() };
    const { signal } = current.cancelling;
    this.builds.set(declared.name, current);
    const recipe = recipeOf(code.build);
    const project = await recipe.projectOf(code.root, code.build, this.options.folder);
    const inputs = inputsOf(project, declared);
    try {
      const artifact = await this.newestOf(declared, code, recipe, project, current);
      return { ok: true, code: { kind: 'folder', ...artifact }, problems: [], inputs };
    } catch (error) {
      if (signal.aborted)
        return {
          ...failure(declared, [{ text: 'A newer save has ended this build.' }], inputs),
          cancelled: true,
        };
      if (error instanceof ToolFailure && current.isConfirmed === true && current.key !== undefined)
        this.failed.set(declared.name, { key: current.key, error });
      const messages =
        error instanceof ToolFailure
          ? error.messages
          : [{ text: error instanceof Error ? error.message : String(error) }];
      return failure(declared, messages, inputs);
    } finally {
      if (this.builds.get(declared.name) === current) this.builds.delete(declared.name);
    }
  }

  /** Ends the function's build, which is out of date. */
  cancel(name: string): void {
    this.builds.get(name)?.cancelling.abort(new Error('A newer save has ended this build.'));
  }

  /** The function's files may have changed: the build that goes on ends if they have since it began. */
  recheck(name: string): void {
    const build = this.builds.get(name);
    build?.isCurrent?.().then(
      isCurrent => {
        if (isCurrent) build.isConfirmed = true;
        else if (this.builds.get(name) === build) this.cancel(name);
      },
      () => undefined,
    );
  }

  async dispose(): Promise<void> {
    for (const name of [...this.builds.keys()]) this.cancel(name);
    await Promise.allSettled([...this.running.values()].map(({ artifact }) => artifact));
  }

  private async newestOf(...what: Parameters<ToolBuilds['artifactOf']>): Promise<Artifact> {
    for (;;) {
      try {
        return await this.artifactOf(...what);
      } catch (error) {
        if (!(error instanceof Outdated)) throw error;
      }
    }
  }

  private async artifactOf(
    declared: DeclaredFunction,
    { root, build }: ToolCode,
    recipe: Recipe<ToolBuild>,
    project: Project,
    current: Build,
  ): Promise<Artifact> {
    const { signal } = current.cancelling;
    const { buildsDir, target } = this.options;
    const program = await (recipe.find?.(root, declared) ?? findProgram(recipe.program));
    if (program === undefined) {
      const what = `the ${recipe.what} of "${declared.name}"`;
      throw new ToolFailure([{ text: missingProgram(recipe.program, what) }]);
    }
    const sources = await sourcesOf(project, declared.owner.template);
    // What was saved while the tool read its sources is in the artifact, or is not.
    const isCurrent = async (): Promise<boolean> =>
      (await sourcesOf(project, declared.owner.template)).digest === sources.digest;
    current.isCurrent = isCurrent;
    const version = await versionOf(program, recipe.versionArgs, root);
    signal.throwIfAborted();
    const place = `${build.tool}-${shortHash(...project.folders)}`;
    const variant = shortHash(target, ...recipe.variantOf(declared, root, build));
    const key = shortHash(version, sources.digest);
    const failed = this.failed.get(declared.name);
    this.failed.delete(declared.name);
    current.key = `${place}/${variant}/${key}`;
    if (failed?.key === current.key) throw failed.error;
    const artifacts = new ToolArtifacts(buildsDir, place, variant, recipe.ownWork === true);
    for (;;) {
      const known = await artifacts.find(key);
      if (known !== undefined) return known;
      const id = `${place}/${variant}`;
      const other = this.running.get(id);
      if (other !== undefined && other.key !== key) {
        // Of sources that are no more. Its folders are free when it has ended.
        other.ending.abort(new Outdated());
        await other.artifact.catch(() => undefined);
        signal.throwIfAborted();
        continue;
      }
      const make: Make = async run => {
        const options = { declared, program, target, project, sources, work: artifacts.work };
        await recipe.make(new Job({ ...options, ...run }), root, build);
        return isCurrent();
      };
      const what = `Building "${declared.name}" with ${build.tool}`;
      return await this.waitFor(other ?? this.start(id, key, artifacts, make, what), signal);
    }
  }

  private start(id: string, key: string, artifacts: ToolArtifacts, make: Make, what: string): Running {
    const ending = new AbortController();
    const run = async (): Promise<Artifact> => {
      const told = this.tellWhileItRuns(what);
      const [draft, temporary] = [await artifacts.draft(), await artifacts.draft()];
      try {
        const isOfKey = await make({ out: draft, temporary, signal: ending.signal, onLine: told.onLine });
        ending.signal.throwIfAborted();
        return await artifacts.keep(isOfKey ? key : undefined, draft);
      } finally {
        told.end();
        await Promise.all([draft, temporary].map(folder => rm(folder, { recursive: true, force: true })));
        this.running.delete(id);
      }
    };
    const running: Running = { key, artifact: run(), ending, waiting: 0 };
    // Whoever waits hears of it.
    running.artifact.catch(() => undefined);
    this.running.set(id, running);
    return running;
  }

  /** Whoever is cancelled waits no more; the run ends with the last of them, who waits for that. */
  private async waitFor(run: Running, signal: AbortSignal): Promise<Artifact> {
    run.waiting += 1;
    let leave = (): void => undefined;
    const left = new Promise<never>((_resolve, reject) => {
      leave = () => {
        run.waiting -= 1;
        if (run.waiting === 0) run.ending.abort(signal.reason);
        else reject(signal.reason as Error);
      };
    });
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([run.artifact, left]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  private tellWhileItRuns(what: string): { onLine: (line: string) => void; end: () => void } {
    const { tell, longMs = LONG_MS } = this.options;
    let last = '';
    let again: NodeJS.Timeout | undefined;
    const first = setTimeout(() => {
      tell(`${what} …`);
      again = setInterval(() => tell(`${what} … ${last}`.trimEnd()), AGAIN_MS);
    }, longMs);
    return {
      onLine: line => (last = line.startsWith('{') ? last : line.trim().slice(0, 200)),
      end: () => {
        clearTimeout(first);
        clearInterval(again);
      },
    };
  }
}

function inputsOf(project: Project, { owner }: DeclaredFunction): BuildInputs {
  return {
    folders: project.files === undefined ? [] : project.folders,
    trees: project.files === undefined ? project.folders : [],
    touchedBy: file => isSource(project, owner.template, file),
  };
}

const MOST_PROBLEMS = 20;

function failure(
  declared: DeclaredFunction,
  messages: readonly ToolMessage[],
  inputs: BuildInputs,
): BuildFailure {
  const problems = messages.slice(0, MOST_PROBLEMS).map(({ text, place }) => {
    if (place === undefined) return problemAt(declared.declaration, 'error', 'build', text, declared.name);
    const { file, line, column = 0 } = place;
    const range = { file, startLine: line, startColumn: column, endLine: line, endColumn: column + 1 };
    return problemAt(range, 'error', 'build', text, declared.name);
  });
  return { ok: false, message: failureMessage(declared, problems), problems, inputs };
}
