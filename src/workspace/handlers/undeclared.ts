/** Functions in code that no template describes: a file that exports `handler` is one, so a folder with one file works. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DeclaredFunction } from '../../protocol/workspace.ts';
import { defaultNodeRuntime, defaultPythonRuntime } from '../runtimes.ts';
import { handlerLanguageOf, type LocatedExport, scanExports } from './locateHandlers.ts';
import { isFile, javascriptEndings } from './handlerFile.ts';

/** Test files and configuration export what they like. */
const noHandlers =
  /(^|[./_-])(test|tests|spec|stories|config|setup)\.[^.]+$|^test_.*\.py$|^conftest\.py$|^\.|\.min\.js$/i;
const noHandlerFolders = new Set([
  'test',
  'tests',
  '__tests__',
  '__mocks__',
  'e2e',
  'cypress',
  'docs',
  'public',
]);

/** Bigger files are bundles. */
const BIGGEST = 512 * 1024;

/** Whether a handler is looked for in a file of that path, relative to the workspace's folder. */
export function mayHoldHandler(relative: string): boolean {
  const parts = relative.split(path.sep);
  const name = parts.pop() ?? '';
  if (handlerLanguageOf(name) === undefined || noHandlers.test(name)) return false;
  return !parts.some(part => noHandlerFolders.has(part) || part.startsWith('.'));
}

/** Files with handlers, in the order given. Names are unique among them. */
export async function undeclaredFunctions(
  folder: string,
  files: readonly string[],
): Promise<DeclaredFunction[]> {
  const found: { file: string; entry: LocatedExport }[] = [];
  for (let at = 0; at < files.length; at += 32) {
    const read = await Promise.all(files.slice(at, at + 32).map(handlerIn));
    for (const [index, entry] of read.entries()) {
      const file = files[at + index];
      if (entry !== undefined && file !== undefined) found.push({ file, entry });
    }
  }
  const sources = await Promise.all(
    found.map(async item => ((await isCompiled(item.file)) ? undefined : item)),
  );
  const kept = sources.filter(item => item !== undefined);
  const names = uniqueNames(
    folder,
    kept.map(item => item.file),
  );
  return Promise.all(
    kept.map(({ file, entry }, index) => declared(folder, file, entry, names[index] ?? entry.symbol)),
  );
}

async function handlerIn(file: string): Promise<LocatedExport | undefined> {
  const language = handlerLanguageOf(file);
  const text = await readFile(file, 'utf8').catch(() => '');
  if (language === undefined || text.length > BIGGEST || !text.includes('handler')) return undefined;
  const { exports } = scanExports(text, language);
  if (language !== 'python')
    return exports.find(entry => entry.symbol === 'handler' && entry.kind !== 'other');
  return (
    exports.find(entry => entry.symbol === 'lambda_handler' && isPythonHandler(entry)) ??
    exports.find(entry => entry.symbol === 'handler' && isPythonHandler(entry))
  );
}

/** `def handler(event, context)`, or an adapter's `handler = Mangum(app)`; not `handler = logging.StreamHandler()`. */
function isPythonHandler({ kind, parameters, value }: LocatedExport): boolean {
  if (parameters !== undefined) {
    const [event = '', context = ''] = parameters;
    return parameters.length === 2 && (/event|evt|^_/i.test(event) || /context|ctx|^_/i.test(context));
  }
  return kind === 'call' && /^(Mangum|Adapter|WsgiHandler|make_lambda_handler|AwsWsgi)\b/i.test(value ?? '');
}

/** JavaScript that stands beside the TypeScript it was made from. */
async function isCompiled(file: string): Promise<boolean> {
  const ending = path.extname(file);
  if (!javascriptEndings.includes(ending)) return false;
  return isFile(`${file.slice(0, -ending.length)}${ending.replace('js', 'ts')}`);
}

async function declared(
  folder: string,
  file: string,
  entry: LocatedExport,
  name: string,
): Promise<DeclaredFunction> {
  const language = handlerLanguageOf(file) ?? 'javascript';
  const root = language === 'python' ? await pythonRoot(folder, file) : await packageRoot(folder, file);
  const stem = path.relative(root, file).replace(/\.[^.]+$/, '');
  const module = stem.split(path.sep).join('/');
  const runtime =
    language === 'python'
      ? defaultPythonRuntime(await pythonVersion(folder, root))
      : defaultNodeRuntime(await nodeVersion(folder, root));
  const place = {
    file,
    startLine: entry.line,
    startColumn: entry.column,
    endLine: entry.line,
    endColumn: entry.column + entry.symbol.length,
  };
  return {
    owner: { template: file, logicalId: entry.symbol },
    name,
    runtime,
    handler: `${module}.${entry.symbol}`,
    packageType: 'Zip',
    architecture: 'x86_64',
    timeout: 3,
    memorySize: 128,
    ephemeralStorage: 512,
    description: '',
    environment: {},
    layers: [],
    tags: {},
    code:
      language === 'typescript'
        ? { kind: 'esbuild', root, entry: file, options: {} }
        : { kind: 'folder', root },
    declaration: place,
    handlerLocation: { file, line: entry.line, column: entry.column, symbol: entry.symbol, language },
  };
}

/** The nearest folder with a package.json, else the file's own. */
async function packageRoot(folder: string, file: string): Promise<string> {
  for (let at = path.dirname(file); isInside(folder, at); at = path.dirname(at)) {
    if (await isFile(path.join(at, 'package.json'))) return at;
    if (at === folder) break;
  }
  return path.dirname(file);
}

/** The folder above the outermost package that the file is part of. */
async function pythonRoot(folder: string, file: string): Promise<string> {
  let at = path.dirname(file);
  while (at !== folder && isInside(folder, at) && (await isFile(path.join(at, '__init__.py')))) {
    at = path.dirname(at);
  }
  return at;
}

function isInside(folder: string, inner: string): boolean {
  const relative = path.relative(folder, inner);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

async function nodeVersion(folder: string, root: string): Promise<string | undefined> {
  for (const at of new Set([root, folder])) {
    const pinned = await readFile(path.join(at, '.nvmrc'), 'utf8').catch(() => undefined);
    if (pinned !== undefined) return pinned.trim();
    const manifest = await readFile(path.join(at, 'package.json'), 'utf8').catch(() => '');
    const engines = /"engines"\s*:\s*\{[^}]*?"node"\s*:\s*"([^"]+)"/.exec(manifest)?.[1];
    if (engines !== undefined) return engines;
  }
  return undefined;
}

async function pythonVersion(folder: string, root: string): Promise<string | undefined> {
  for (const at of new Set([root, folder])) {
    const pinned = await readFile(path.join(at, '.python-version'), 'utf8').catch(() => undefined);
    if (pinned !== undefined) return pinned.trim();
    for (const name of ['.venv', 'venv']) {
      const config = await readFile(path.join(at, name, 'pyvenv.cfg'), 'utf8').catch(() => '');
      const version = /^version(?:_info)?\s*=\s*(\S+)/m.exec(config)?.[1];
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

/** File names that say nothing: the folder's name is the function's. */
const plain = /^(index|handlers?|app|main|lambda|lambda_function|function)$/i;
/** Folders that only group. */
const grouping = /^(src|lib|functions?|lambdas?|handlers?|packages|services|api|backend)$/i;

/** A name for each file: short where that is clear, with the whole path where two would be alike. */
export function uniqueNames(folder: string, files: readonly string[]): string[] {
  const short = files.map(file => shortName(folder, file));
  const taken = new Set<string>();
  return files.map((file, index) => {
    const alike = short.filter(name => name === short[index]).length > 1;
    const wanted = alike ? wholeName(folder, file) : (short[index] ?? '');
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = `${wanted.slice(0, 60)}-${count}`;
    taken.add(name);
    return name;
  });
}

function shortName(folder: string, file: string): string {
  const parts = partsOf(folder, file);
  const own = parts.pop() ?? '';
  const folders = parts.filter(part => !grouping.test(part));
  if (!plain.test(own)) folders.push(own);
  return valid(folders.length > 0 ? folders.join('-') : path.basename(folder));
}

function wholeName(folder: string, file: string): string {
  return valid(partsOf(folder, file).join('-') + path.extname(file).replace('.', '-'));
}

function partsOf(folder: string, file: string): string[] {
  return path
    .relative(folder, file)
    .replace(/\.[^.]+$/, '')
    .split(path.sep);
}

/** Letters, digits, hyphens and underscores, at most 64. */
function valid(name: string): string {
  const clean = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
  return clean === '' ? 'function' : clean.slice(0, 64);
}
