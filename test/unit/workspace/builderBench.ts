import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { BuiltCode } from '../../../src/protocol/deployment.ts';
import type { DeclaredFunction } from '../../../src/protocol/workspace.ts';
import { createBuilder, type Builder } from '../../../src/workspace/build/builder.ts';
import { discoverWorkspace } from '../../../src/workspace/discover.ts';
import { removeTempFolders, tempFolder, type Files } from './tempFolder.ts';

export const run = promisify(execFile);
export const options = { region: 'us-east-1', accountId: '000000000000' };
type FolderCode = Extract<BuiltCode, { kind: 'folder' }>;

interface BuilderBench {
  readonly folder: string;
  readonly buildsDir: string;
  readonly builder: Builder;
  readonly functions: Map<string, DeclaredFunction>;
}

/** What {@link endBuilders} disposes. */
export const builders: Builder[] = [];

/** Writes the files, finds their functions, and has a builder for them. */
export async function bench(files: Files, ownModules?: string): Promise<BuilderBench> {
  const folder = await tempFolder(files);
  const buildsDir = path.join(await tempFolder(), 'builds');
  const builder = createBuilder({ folder, buildsDir, ...(ownModules === undefined ? {} : { ownModules }) });
  builders.push(builder);
  const { functions } = await discoverWorkspace(folder, options);
  return {
    folder,
    buildsDir,
    builder,
    functions: new Map(functions.map(declared => [declared.name, declared])),
  };
}

/** The folder that a function's build makes; fails where it doesn't build. */
export async function built({ builder, functions }: BuilderBench, name: string): Promise<FolderCode> {
  const result = await builder.build(functions.get(name) ?? assert.fail(`no function ${name}`));
  assert.ok(result.ok, result.ok ? '' : result.message);
  assert.equal(result.code.kind, 'folder');
  return result.code;
}

/** Loads the artifact in a Node process of its own, as a runtime does, and prints what the handler gives. */
export async function called({ root }: FolderCode, file: string, symbol = 'handler'): Promise<unknown> {
  const url = pathToFileURL(path.join(root, file)).href;
  const script = `const m = await import(${JSON.stringify(url)}); const f = m[${JSON.stringify(symbol)}] ?? m.default[${JSON.stringify(symbol)}]; console.log(JSON.stringify(await f({}, {})));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(stdout) as unknown;
}

export const sam = (functions: string): string =>
  `Transform: AWS::Serverless-2016-10-31\nResources:\n${functions}`;

/** Within a describe: ends what a test's builders hold after it, and removes the folders after all of them. */
export function endBuilders(): void {
  after(removeTempFolders);
  afterEach(async () => {
    await Promise.all(builders.splice(0).map(builder => builder.dispose()));
  });
}
