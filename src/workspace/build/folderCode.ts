/** Code that runs from its folder: a hash that changes when one of its files does, without reading them. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isIn } from '../files/isIn.ts';
import { isNeverEntered } from '../files/skipped.ts';
import { walk } from '../files/walk.ts';

export interface FolderState {
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
}

/** Files and folders looked at; in a bigger tree every build counts as new code. */
const MOST_ENTRIES = 10_000;

/** What lies in a function's folder and isn't its code: tests, the tools' configuration, what editors leave behind. */
const noCode =
  /\.(log|tsbuildinfo|swp|swx|tmp)$|\.d\.[cm]?ts$|~$|^\.#|^4913$|\.(test|spec)\.[^.]+$|^test_.*\.py$|^samconfig\.(toml|ya?ml)$|^(\.gitignore|\.gitattributes|\.prettierrc.*|\.eslintrc.*|eslint\.config\..*|README.*|LICENSE.*|CHANGELOG.*)$/i;
const noCodeFolders = new Set(['test', 'tests', '__tests__', 'coverage', 'cdk.out']);

function isCodeFolder(name: string): boolean {
  return !isNeverEntered(name) && !noCodeFolders.has(name) && !name.startsWith('.');
}

/**
 * Whether a file below `root` is part of the function's code.
 * @param template the template that declares the function, which may lie in the folder
 */
export function isCodeFile(root: string, file: string, template: string): boolean {
  const relative = path.relative(root, file);
  if (relative === '' || !isIn(root, file)) return false;
  const parts = relative.split(path.sep);
  const name = parts.pop() ?? '';
  if (noCode.test(name) || (file === template && !isSource(file))) return false;
  // Saved events lie beside the code: editing one is no new code. Modules may lie in a folder of that name, too.
  if (parts[0] === 'events' && /\.json$/i.test(name)) return false;
  return parts.every(isCodeFolder);
}

/** Where the answer of `aws lambda invoke` is put, in AWS's own examples and after them. */
const answerName = /^(?:out|output|outfile|outputfile|resp|response|res|result)\d*(?:\.(?:json|txt))?$/i;
/** Bytes of sources that are searched for the name of an answer. */
const MOST_SOURCE_BYTES = 2 * 1024 * 1024;

/**
 * Files of `root` itself that hold the answer of an invocation: by their names, where no source names them. A name that a
 * source has in any string is code: stale code is worse than a reload too many.
 */
async function answersIn(root: string, files: readonly string[]): Promise<ReadonlySet<string>> {
  const named = files.filter(file => path.dirname(file) === root && answerName.test(path.basename(file)));
  if (named.length === 0) return new Set();
  const sources = files.filter(isSource);
  const sizes = await Promise.all(
    sources.map(file =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  if (sizes.reduce((sum, size) => sum + size, 0) > MOST_SOURCE_BYTES) return new Set();
  const texts = await Promise.all(sources.map(file => readFile(file, 'utf8').catch(() => '')));
  const isNamed = (file: string): boolean => {
    const { name } = path.parse(file);
    const inString = new RegExp(`['"\`/\\\\]${name}(?:\\.(?:json|txt))?['"\`?#]`, 'i');
    return texts.some(text => inString.test(text));
  };
  return new Set(named.filter(file => !isNamed(file)));
}

/** A handler without a template is its own declaration. */
function isSource(file: string): boolean {
  return /\.([cm]?[jt]sx?|py)$/i.test(file);
}

/**
 * @param libraries folders of packages outside `root`, whose installation counts as a change
 * @throws when the folder isn't there
 */
export async function folderState(
  root: string,
  template: string,
  libraries: readonly string[],
): Promise<FolderState> {
  if (!(await stat(root)).isDirectory()) throw new Error(`${root} is not a folder.`);
  const tree = await walk(root, {
    enter: isCodeFolder,
    most: MOST_ENTRIES,
    deepest: 32,
  });
  const files = tree.folders.flatMap(({ folder, files: names }) =>
    names.map(name => path.join(folder, name)).filter(file => isCodeFile(root, file, template)),
  );
  const answers = await answersIn(root, files);
  const code = files.filter(file => !answers.has(file));
  const installed = [path.join(root, 'node_modules'), ...libraries];
  // The folder changes with each package that comes or goes; npm writes the file last.
  code.push(...installed.flatMap(folder => [folder, path.join(folder, '.package-lock.json')]));
  const hash = createHash('sha256').update(root);
  let size = 0;
  for (let at = 0; at < code.length; at += 64) {
    const batch = code.slice(at, at + 64);
    const states = await Promise.all(batch.map(file => stat(file).catch(() => undefined)));
    for (const [index, state] of states.entries()) {
      if (state === undefined) continue;
      if (state.isFile()) size += state.size;
      hash.update(`${batch[index] ?? ''}\0${state.size}\0${state.mtimeMs}\0${state.ino}\0`);
    }
  }
  if (tree.truncated) hash.update(`${performance.timeOrigin + performance.now()}`);
  return { hash: hash.digest('hex').slice(0, 32), size };
}
