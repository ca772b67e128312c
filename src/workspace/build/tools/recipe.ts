/** What a build tool needs and does; one file in recipes/ for each tool. */
import path from 'node:path';
import type { DeclaredFunction, ToolBuild } from '../../../protocol/workspace.ts';
import { isIn } from '../../files/isIn.ts';
import type { ProgramName } from './programs.ts';
import { type ProgramResult, runProgram } from './runProgram.ts';
import { commonFolder, copySources, type Project, type Sources } from './sources.ts';
import { failureOf } from './toolMessages.ts';

/** Where the artifact is to run: on this machine as a process, or on Lambda's Linux in a container. */
export type BuildTarget = 'machine' | 'lambda';

export interface Recipe<Build extends ToolBuild> {
  /** What is run, looked for on the PATH. */
  readonly program: ProgramName;
  /** The project's own, in the place of the one on the PATH. */
  find?(root: string, declared: DeclaredFunction): Promise<string | undefined>;
  /** `Go code`, `project` for messages. */
  readonly what: string;
  readonly versionArgs: readonly string[];
  /** @param folder the workspace's */
  projectOf(root: string, build: Build, folder: string): Promise<Project>;
  /** All that makes another artifact of the same sources, with the same version of the tool. */
  variantOf(declared: DeclaredFunction, root: string, build: Build): readonly string[];
  /** Whether the functions of a project that differ must not be built in one working folder. */
  readonly ownWork?: boolean;
  /** Writes the artifact into `job.options.out`; throws a ToolFailure. */
  make(job: Job, root: string, build: Build): Promise<void>;
}

export interface JobOptions {
  readonly declared: DeclaredFunction;
  /** The tool, as it was found. */
  readonly program: string;
  readonly target: BuildTarget;
  readonly project: Project;
  readonly sources: Sources;
  /** An empty folder. */
  readonly out: string;
  /** For the tool's temporary files: one that is ended leaves them. */
  readonly temporary: string;
  /** What the tool keeps for its next run. */
  readonly work: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

export interface Place {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where `cwd` is in it: what the tool says of the copy is said of the sources. */
  readonly copy?: SourceCopy;
}

/** A copy of the sources that a tool may write in. */
export class SourceCopy {
  private readonly base: string;
  private readonly into: string;

  constructor(base: string, into: string) {
    this.base = base;
    this.into = into;
  }

  /** Where a file or folder of the sources lies in the copy. */
  at(file: string): string {
    return isIn(this.base, file) ? path.join(this.into, path.relative(this.base, file)) : file;
  }

  /** A text that names files of the copy, with the names of their originals. */
  original(text: string): string {
    return text.replaceAll(this.into, this.base);
  }
}

/** One run of a recipe. */
export class Job {
  readonly options: JobOptions;

  constructor(options: JobOptions) {
    this.options = options;
  }

  /**
   * Runs a program to its end.
   * @param name as a user would write it
   * @throws ToolFailure with the errors that it printed
   */
  async run(name: string, command: string, args: readonly string[], place: Place): Promise<ProgramResult> {
    const result = await this.attempt(command, args, place);
    if (result.code !== 0) throw failureOf(name, result, place.copy?.original(place.cwd) ?? place.cwd);
    return result;
  }

  /** The same, where a failure is an answer too. */
  async attempt(command: string, args: readonly string[], { cwd, env, copy }: Place): Promise<ProgramResult> {
    const { signal, onLine, temporary } = this.options;
    const own = { TMPDIR: temporary, TMP: temporary, TEMP: temporary };
    const result = await runProgram({ command, args, cwd, signal, onLine, env: { ...own, ...env } });
    if (copy === undefined || result.code === 0) return result;
    return { ...result, stdout: copy.original(result.stdout), stderr: copy.original(result.stderr) };
  }

  /** A copy of the sources; it stays for the next run, with what the tool has made in it. */
  async copy(): Promise<SourceCopy> {
    const { project, sources, work } = this.options;
    const base = commonFolder(project.folders);
    const into = path.join(work, 'src');
    await copySources(sources, base, into);
    return new SourceCopy(base, into);
  }
}
