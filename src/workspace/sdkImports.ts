/** Which packages of the AWS SDK a workspace's functions import and their projects lack: on AWS the runtime brings them. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DeclaredCode, WorkspaceModel } from '../protocol/workspace.ts';
import { isNeverEntered } from './files/skipped.ts';
import { walk } from './files/walk.ts';
import { nodeLibraries, pythonLibraries } from './packages.ts';
import { languageOf } from './runtimes.ts';

type SdkLanguage = 'node' | 'python';

export interface SdkImports {
  /** Name of the function. */
  readonly name: string;
  readonly runtime: string;
  /** Folders with the project's packages (protocol/deployment.ts, BuiltCode). */
  readonly libraries: readonly string[];
  /** `@aws-sdk/client-s3`, `boto3`: imported, and neither in the project nor in a layer of the workspace. */
  readonly packages: readonly string[];
}

/** Nothing but types: TypeScript leaves their imports out. */
const ONLY_TYPES = new Set(['@aws-sdk/types', '@smithy/types']);

const MOST_ENTRIES = 20_000;
const LARGEST_SOURCE = 1024 * 1024;

/** Of the functions that run on Node.js and Python; sources are searched, nothing is run. */
export async function sdkImports(model: WorkspaceModel): Promise<SdkImports[]> {
  const found: SdkImports[] = [];
  const layers = model.layers.flatMap(({ root }) => (root === undefined ? [] : [root]));
  const searched = new Map<string, Promise<string[]>>();
  for (const { name, runtime = '', code } of model.functions) {
    const language = languageOf(runtime);
    if (language === 'other') continue;
    const root = rootOf(code);
    const libraries = root === undefined ? [] : await librariesOf(language, model.folder, root);
    const key = `${language}:${root ?? name}`;
    const imports = searched.get(key) ?? importsOf(code, language);
    searched.set(key, imports);
    const places = [
      ...(root === undefined ? [] : [language === 'node' ? path.join(root, 'node_modules') : root]),
      ...libraries,
      ...layers.map(layer => (language === 'node' ? path.join(layer, 'nodejs', 'node_modules') : layer)),
      ...layers.map(layer => path.join(layer, language === 'node' ? 'node_modules' : 'python')),
    ];
    found.push({ name, runtime, libraries, packages: await lackedBy(places, await imports) });
  }
  return found;
}

/** The same for a folder of code that is not the workspace's: a package that was uploaded. */
export async function sdkImportsOfPackage(root: string, language: SdkLanguage): Promise<readonly string[]> {
  const place = language === 'node' ? path.join(root, 'node_modules') : root;
  return lackedBy([place], await importsBelow(root, language));
}

/** Packages of the SDK that a source imports, types aside; {@link sdkImports} says whether they are there. */
export function sdkPackagesIn(text: string, language: SdkLanguage): string[] {
  if (language === 'python') {
    return [...text.matchAll(/^[ \t]*(?:import|from)[ \t]+(boto3|botocore)\b/gm)].length > 0 ? ['boto3'] : [];
  }
  const values = text.replace(/\b(?:import|export)\s+type\b[^;'"]*\bfrom\s*['"][^'"]*['"]/g, '');
  const imports =
    /\b(?:from|import|require)\s*\(?\s*['"](@(?:aws-sdk|smithy)\/[a-z0-9][\w.-]*)(?:\/[^'"]*)?['"]/g;
  const names = [...values.matchAll(imports)].map(([, name = '']) => name);
  return [...new Set(names)].filter(name => !ONLY_TYPES.has(name));
}

function rootOf(code: DeclaredCode): string | undefined {
  return code.kind === 'folder' || code.kind === 'esbuild' ? code.root : undefined;
}

function librariesOf(language: SdkLanguage, folder: string, root: string): Promise<string[]> {
  return language === 'node' ? nodeLibraries(root) : pythonLibraries(folder, root);
}

async function importsOf(code: DeclaredCode, language: SdkLanguage): Promise<string[]> {
  if (code.kind === 'inline') return sdkPackagesIn(code.text, language);
  const root = rootOf(code);
  return root === undefined ? [] : importsBelow(root, language);
}

async function importsBelow(root: string, language: SdkLanguage): Promise<string[]> {
  const ending = language === 'node' ? /(?<!\.d)\.[cm]?[jt]sx?$/ : /\.py$/;
  const { folders } = await walk(root, {
    enter: name => !isNeverEntered(name),
    most: MOST_ENTRIES,
    deepest: 12,
  });
  const names = new Set<string>();
  for (const { folder, files } of folders) {
    for (const file of files.filter(name => ending.test(name)).map(name => path.join(folder, name))) {
      if (((await stat(file).catch(() => undefined))?.size ?? LARGEST_SOURCE) >= LARGEST_SOURCE) continue;
      const text = await readFile(file, 'utf8').catch(() => '');
      for (const name of sdkPackagesIn(text, language)) names.add(name);
    }
  }
  return [...names].sort();
}

async function lackedBy(places: readonly string[], names: readonly string[]): Promise<string[]> {
  const lacked: string[] = [];
  for (const name of names) {
    const there = await Promise.all(places.map(place => stat(path.join(place, name)).catch(() => undefined)));
    if (there.every(status => status === undefined)) lacked.push(name);
  }
  return lacked;
}
