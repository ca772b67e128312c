/**
 * Rust, as `BuildMethod: rust-cargolambda` builds it: one binary of the package, which becomes `bootstrap`. For a process
 * of this machine cargo alone does that; for Lambda's Linux cargo-lambda does, which compiles for another system and its
 * C library.
 */
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { DeclaredFunction, ToolBuild } from '../../../../protocol/workspace.ts';
import { isIn } from '../../../files/isIn.ts';
import { isFile } from '../../../handlers/handlerFile.ts';
import { foldersUp } from '../../../packages.ts';
import { findProgram, missingProgram } from '../programs.ts';
import type { Job, Recipe } from '../recipe.ts';
import type { ProgramResult } from '../runProgram.ts';
import { failureOf, ToolFailure, type ToolMessage } from '../toolMessages.ts';
import { existingFolders } from '../sources.ts';

type CargoBuild = Extract<ToolBuild, { tool: 'cargo' }>;

export const cargoRecipe: Recipe<CargoBuild> = {
  program: 'cargo',
  what: 'Rust code',
  versionArgs: ['--version'],
  projectOf: async (root, _build, folder) => ({
    folders: await crateFolders(root, folder),
    skips: ['target'],
  }),
  variantOf: ({ architecture, runtime }, root, build) => [
    root,
    architecture,
    runtime ?? '',
    JSON.stringify(build),
  ],
  async make(job, root, { binary }) {
    const { declared, work, out, target } = job.options;
    const flags = [
      ...(target === 'lambda' ? await lambdaFlags(declared) : ['build']),
      ...['--release', '--message-format', 'json'],
      ...(binary === undefined ? [] : ['--bin', binary]),
    ];
    const env = { CARGO_TARGET_DIR: path.join(work, 'target'), CARGO_INCREMENTAL: '1' };
    const { stdout } = await compiled(job, root, flags, env);
    const made = executablesIn(stdout);
    const [only, ...others] = made;
    if (only === undefined)
      throw new ToolFailure([
        {
          text: `${path.join(root, 'Cargo.toml')} makes no program. Lambda runs a binary: give the package src/main.rs, or a [[bin]].`,
        },
      ]);
    const chosen =
      others.length === 0 ? only : made.find(({ name }) => name === (binary ?? declared.handler));
    if (chosen === undefined)
      throw new ToolFailure([
        {
          text: `${path.join(root, 'Cargo.toml')} makes several programs: ${made.map(({ name }) => name).join(', ')}. Say which one it is: Metadata: BuildProperties: Binary.`,
        },
      ]);
    await copyFile(chosen.file, path.join(out, 'bootstrap'));
  },
};

/**
 * In the user's tree where Cargo.lock is there and right, so that what a debugger shows is the user's own file; else in a
 * copy, which has a Cargo.lock of its own.
 */
async function compiled(
  job: Job,
  root: string,
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ProgramResult> {
  const { program, project } = job.options;
  // The compiler names files from the workspace of crates on.
  const top = project.folders.find(folder => isIn(folder, root)) ?? root;
  const locks = await Promise.all(project.folders.map(folder => isFile(path.join(folder, 'Cargo.lock'))));
  if (locks.includes(true)) {
    const result = await job.attempt(program, [...flags, '--locked'], { cwd: root, env });
    if (result.code === 0) return result;
    // Its dependencies have changed since.
    if (!/--locked/.test(result.stderr)) throw failed(result, top);
  }
  const copy = await job.copy();
  const result = await job.attempt(program, flags, { cwd: copy.at(root), env, copy });
  if (result.code !== 0) throw failed(result, top);
  return result;
}

async function lambdaFlags({ architecture, runtime, name }: DeclaredFunction): Promise<string[]> {
  if ((await findProgram('cargo-lambda')) !== undefined) {
    const processor = architecture === 'arm64' ? 'aarch64' : 'x86_64';
    // As aws-lambda-builders does: provided.al2 has an older C library than cargo-lambda takes.
    if (runtime === 'provided.al2')
      return ['lambda', 'build', '--target', `${processor}-unknown-linux-gnu.2.26`];
    return ['lambda', 'build', ...(architecture === 'arm64' ? ['--arm64'] : [])];
  }
  const isHere =
    process.platform === 'linux' && process.arch === (architecture === 'arm64' ? 'arm64' : 'x64');
  if (isHere) return ['build'];
  throw new ToolFailure([
    { text: missingProgram('cargo-lambda', `the Rust code of "${name}" for Lambda's Linux`) },
  ]);
}

interface CargoMessage {
  readonly reason?: string;
  readonly executable?: string | null;
  readonly target?: { readonly kind: readonly string[]; readonly name: string };
  readonly message?: {
    readonly level: string;
    readonly message: string;
    readonly spans: readonly {
      readonly file_name: string;
      readonly line_start: number;
      readonly column_start: number;
      readonly is_primary: boolean;
      readonly label?: string | null;
    }[];
    readonly children?: readonly { readonly level: string; readonly message: string }[];
  };
}

function* messagesOf(stdout: string): Generator<CargoMessage> {
  for (const line of stdout.split('\n')) if (line.startsWith('{')) yield JSON.parse(line) as CargoMessage;
}

/** The programs that were made, or were there already. */
function executablesIn(stdout: string): { name: string; file: string }[] {
  return [...messagesOf(stdout)].flatMap(({ reason, executable, target }) =>
    reason === 'compiler-artifact' && typeof executable === 'string' && target?.kind.includes('bin') === true
      ? [{ name: target.name, file: executable }]
      : [],
  );
}

function failed(result: ProgramResult, cwd: string): ToolFailure {
  const found = rustErrors(result.stdout, cwd);
  return found.length > 0 ? new ToolFailure(found) : failureOf('cargo build', { ...result, stdout: '' }, cwd);
}

/** The compiler's errors in what `--message-format json` prints. */
export function rustErrors(stdout: string, cwd: string): ToolMessage[] {
  return [...messagesOf(stdout)].flatMap(({ reason, message }) => {
    if (reason !== 'compiler-message' || message?.level !== 'error') return [];
    const span = message.spans.find(({ is_primary: isPrimary }) => isPrimary);
    // "aborting due to 2 previous errors"
    if (span === undefined)
      return /^aborting due to/.test(message.message) ? [] : [{ text: message.message }];
    const hints = (message.children ?? [])
      .filter(({ level }) => level === 'help')
      .map(child => child.message);
    const label = span.label ?? '';
    const place = {
      file: path.resolve(cwd, span.file_name),
      line: span.line_start - 1,
      column: span.column_start - 1,
    };
    return [{ text: [message.message + (label === '' ? '' : `: ${label}`), ...hints].join('; '), place }];
  });
}

/** The workspace of crates that the folder is in, and crates beside it that it names by their path. */
async function crateFolders(root: string, folder: string): Promise<string[]> {
  let top = root;
  for (const at of foldersUp(folder, root)) {
    const text = await readFile(path.join(at, 'Cargo.toml'), 'utf8').catch(() => '');
    if (/^\s*\[workspace\]/m.test(text)) top = at;
  }
  const text = await readFile(path.join(root, 'Cargo.toml'), 'utf8').catch(() => '');
  const beside = [...text.matchAll(/\bpath\s*=\s*"(\.\.[^"]*)"/g)].map(([, place = '']) =>
    path.resolve(root, place),
  );
  return existingFolders([top, ...beside]);
}
