/** The packages a project has installed beside its functions, and whether those that it asks for are there. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { WorkspaceProblem } from '../protocol/model.ts';
import type { DeclaredFunction } from '../protocol/workspace.ts';
import { isIn } from './files/isIn.ts';
import { isFile } from './handlers/handlerFile.ts';
import { languageOf } from './runtimes.ts';
import { problemAt, sourceText } from './sourceText.ts';

/** Folders from `root` up to the workspace's folder, nearest first; `root` alone where it lies outside. */
export function foldersUp(folder: string, root: string): string[] {
  if (!isIn(folder, root)) return [root];
  const folders = [root];
  for (let at = root; at !== folder; at = path.dirname(at)) folders.push(path.dirname(at));
  return folders;
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}

/** The `node_modules` above `root` that Node would find from there, nearest first; not `root`'s own. */
export async function nodeLibraries(root: string): Promise<string[]> {
  const found: string[] = [];
  for (let at = path.dirname(root); ; at = path.dirname(at)) {
    const candidate = path.join(at, 'node_modules');
    if (await isFolder(candidate)) found.push(candidate);
    if (at === path.dirname(at)) return found;
  }
}

/** `site-packages` of the nearest virtual environment (`.venv`, `venv`, `env`) from `root` up to the workspace. */
export async function pythonLibraries(folder: string, root: string): Promise<string[]> {
  for (const at of foldersUp(folder, root)) {
    for (const name of ['.venv', 'venv', 'env']) {
      const home = path.join(at, name);
      if (!(await isFile(path.join(home, 'pyvenv.cfg')))) continue;
      const versions = await readdir(path.join(home, 'lib')).catch(() => []);
      const candidates = [
        ...versions
          .filter(version => version.startsWith('python'))
          .map(version => path.join(home, 'lib', version, 'site-packages')),
        path.join(home, 'Lib', 'site-packages'),
      ];
      for (const candidate of candidates) if (await isFolder(candidate)) return [candidate];
    }
  }
  return [];
}

/** Whether the project has installed packages of that kind for code in `root`, itself: those run as they are. */
export async function hasInstalledPackages(
  folder: string,
  root: string,
  language: 'node' | 'python',
): Promise<boolean> {
  if (language === 'node')
    return (await isFolder(path.join(root, 'node_modules'))) || (await nodeLibraries(root)).length > 0;
  if ((await pythonLibraries(folder, root)).length > 0) return true;
  return (await readdir(root).catch(() => [])).some(name => name.endsWith('.dist-info'));
}

/** Whether a package.json or requirements.txt names any package; true for a text that can't be read. */
export function namesPackages(manifest: string, text: string): boolean {
  const name = path.basename(manifest);
  if (name.endsWith('.txt')) return text.split('\n').some(line => /^\s*[^\s#-]|^\s*-[re]/.test(line));
  if (name !== 'package.json') return true;
  try {
    const { dependencies, optionalDependencies } = JSON.parse(text) as Record<string, object | undefined>;
    return Object.keys({ ...dependencies, ...optionalDependencies }).length > 0;
  } catch {
    return true;
  }
}

/** Manifests that name packages where none is installed; told once a manifest. */
export async function packageProblems(
  folder: string,
  functions: readonly DeclaredFunction[],
): Promise<WorkspaceProblem[]> {
  const roots = new Map<string, string>();
  for (const { code, runtime } of functions) {
    // What the template wants installed is.
    if ((code.kind === 'folder' || code.kind === 'esbuild') && code.packages === undefined)
      roots.set(code.root, languageOf(runtime));
  }
  const problems = new Map<string, WorkspaceProblem>();
  for (const [root, language] of roots) {
    const problem =
      language === 'node'
        ? await missingNodeModules(folder, root)
        : language === 'python'
          ? await missingPythonPackages(folder, root)
          : undefined;
    if (problem !== undefined) problems.set(problem.file, problem);
  }
  return [...problems.values()];
}

async function missingNodeModules(folder: string, root: string): Promise<WorkspaceProblem | undefined> {
  for (const at of foldersUp(folder, root)) {
    const file = path.join(at, 'package.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const place = /"dependencies"\s*:\s*\{\s*"/.exec(text);
    if (place === null) return undefined;
    if ((await isFolder(path.join(at, 'node_modules'))) || (await nodeLibraries(at)).length > 0)
      return undefined;
    if (await isFile(path.join(at, '.pnp.cjs'))) return undefined;
    const range = sourceText(file, text).rangeOf({ start: place.index, end: place.index + 14 });
    const message = `The packages that ${path.basename(at)}/package.json names are not installed. Run npm install in ${at}.`;
    return problemAt(range, 'warning', 'missing-packages', message);
  }
  return undefined;
}

async function missingPythonPackages(folder: string, root: string): Promise<WorkspaceProblem | undefined> {
  if ((await pythonLibraries(folder, root)).length > 0) return undefined;
  for (const at of foldersUp(folder, root)) {
    const file = path.join(at, 'requirements.txt');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    // AWS's runtimes bring boto3, and what is installed into the folder itself is found.
    const wanted = [...text.matchAll(/^[ \t]*([A-Za-z][\w.-]*)/gm)].filter(
      ([, name = '']) => !/^(boto3|botocore|s3transfer)$/i.test(name),
    );
    const installed = (await readdir(root).catch(() => [])).some(name => name.endsWith('.dist-info'));
    const first = wanted[0];
    if (first === undefined || installed) return undefined;
    const range = sourceText(file, text).rangeOf({ start: first.index, end: first.index + first[0].length });
    const message = `No virtual environment was found for ${path.basename(at)}/requirements.txt, so its packages are found only if the machine's own Python has them. In ${at}: python3 -m venv .venv && .venv/bin/pip install -r requirements.txt`;
    return problemAt(range, 'info', 'missing-packages', message);
  }
  return undefined;
}
