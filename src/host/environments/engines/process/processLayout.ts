/** Where a function's process finds what AWS has at /var/task and /opt: folders and search paths (spec/execution-environment.md §5). */
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { AwsError } from '../../../../protocol/awsError.ts';
import { handlerPath, type ProcessLaunch } from '../../../runtimes/processLaunch.ts';
import type { EnvironmentSpec } from '../../environment.ts';
import { sdkFolder } from '../../../runtimes/sdkStorage.ts';
import { temporaryVariables } from './platform.ts';

export interface ProcessLayout {
  readonly taskRoot: string;
  /** Stands for `/opt`; undefined where the function has no layers. */
  readonly layers: string | undefined;
  readonly defaults: Readonly<Record<string, string>>;
  /** Folders that Python searches, after AWS's order. */
  readonly searchPath: readonly string[];
  /**
   * Folders of packages that Python adds as its own (`.pth` files count there), and in which Node looks for what modules
   * `import` and it has not found from the code.
   */
  readonly packages: readonly string[];
  /** Shared libraries lie beside the code or in a layer: the loader must know their folder when the process is born. */
  readonly hasSharedLibraries: boolean;
}

/** What every handler finds unless it sets its own. */
export const baseVariables = { LANG: 'en_US.UTF-8', TZ: ':UTC' } as const;

/** Rejects with an AwsError where the code is gone. */
export async function layoutOf(
  spec: EnvironmentSpec,
  launch: ProcessLaunch,
  tmp: string,
  layers: string | undefined,
  sdkStorage?: string,
): Promise<ProcessLayout> {
  const taskRoot = spec.code.kind === 'folder' ? spec.code.root : tmp;
  if (spec.code.kind === 'folder') await access(taskRoot).catch(() => refuseMissingCode(spec, taskRoot));
  const libraries = librariesOf(spec);
  const sdk = sdkFolder(sdkStorage, launch);
  const { defaults, ...paths } = searchPathsOf(launch, { taskRoot, layers, libraries, sdk });
  return {
    taskRoot,
    layers,
    ...paths,
    packages: await packagesOf(launch, taskRoot, libraries),
    hasSharedLibraries: await anySharedLibrary(libraryFolders(taskRoot, layers).slice(1)),
    defaults: { ...defaults, ...temporaryVariables(tmp) },
  };
}

/** The function's folders, as its process sees them. */
export interface FunctionFolders {
  readonly taskRoot: string;
  readonly layers: string | undefined;
  readonly libraries: readonly string[];
  readonly sdk: string | undefined;
}

/** Variables and search paths that lead to these folders; neither looks into them. */
export function searchPathsOf(
  launch: Pick<ProcessLaunch, 'language' | 'version' | 'command'>,
  { taskRoot, layers, libraries, sdk }: FunctionFolders,
): Pick<ProcessLayout, 'searchPath' | 'defaults'> {
  const python =
    launch.language === 'python' && layers !== undefined ? pythonLayerPaths(layers, launch.version) : [];
  return {
    searchPath: launch.language === 'python' ? [taskRoot, ...python] : [],
    defaults: {
      ...baseVariables,
      PATH: handlerPath(launch.command, layers),
      LD_LIBRARY_PATH: libraryFolders(taskRoot, layers).join(path.delimiter),
      ...(launch.language === 'node'
        ? { NODE_PATH: nodePath(taskRoot, layers, launch.version, libraries, sdk) }
        : {}),
      ...(python.length > 0 ? { PYTHONPATH: python.join(path.delimiter) } : {}),
    },
  };
}

/** Where the loader looks for shared libraries: the code's folder first. */
function libraryFolders(taskRoot: string, layers: string | undefined): string[] {
  return [taskRoot, path.join(taskRoot, 'lib'), ...(layers === undefined ? [] : [path.join(layers, 'lib')])];
}

function refuseMissingCode(spec: EnvironmentSpec, folder: string): never {
  const message = `The code of ${spec.functionName} is not there any more: ${folder}. Bring it back, or deploy the function again.`;
  throw new AwsError('ServiceException', 500, message);
}

/** Where the project's packages are, outside of the code. */
export function librariesOf({ code }: EnvironmentSpec): readonly string[] {
  return code.kind === 'folder' ? (code.libraries ?? []) : [];
}

async function packagesOf(
  { language }: ProcessLaunch,
  taskRoot: string,
  libraries: readonly string[],
): Promise<readonly string[]> {
  if (language === 'python') return libraries;
  if (language !== 'node') return [];
  const foreign = libraries.filter(
    folder => !`${taskRoot}${path.sep}`.startsWith(path.dirname(folder) + path.sep),
  );
  if (foreign.length === 0) return [];
  // A build has linked them into the code.
  const isLinked = await access(path.join(taskRoot, 'node_modules')).then(
    () => true,
    () => false,
  );
  return isLinked ? [] : foreign;
}

function nodePath(
  taskRoot: string,
  layers: string | undefined,
  major: string,
  libraries: readonly string[],
  sdk: string | undefined,
): string {
  const inLayers =
    layers === undefined
      ? []
      : [
          path.join(layers, 'nodejs', `node${major}`, 'node_modules'),
          path.join(layers, 'nodejs', 'node_modules'),
        ];
  return [...inLayers, taskRoot, ...libraries, ...(sdk === undefined ? [] : [sdk])].join(path.delimiter);
}

function pythonLayerPaths(layers: string, version: string): string[] {
  return [
    path.join(layers, 'python', 'lib', `python${version}`, 'site-packages'),
    path.join(layers, 'python'),
  ];
}

async function anySharedLibrary(folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    if (names.some(name => /\.so(\.\d+)*$|\.dylib$/.test(name))) return true;
  }
  return false;
}

/** A path as a function writes it (`/opt/wrapper`, `/var/task/run.sh`), on this machine. */
export function onThisMachine(file: string, layout: Pick<ProcessLayout, 'taskRoot' | 'layers'>): string {
  if (layout.layers !== undefined && file.startsWith('/opt/')) return path.join(layout.layers, file.slice(5));
  if (file.startsWith('/var/task/')) return path.join(layout.taskRoot, file.slice(10));
  return file;
}

/** The other way round: where a file of the function is on AWS. */
export function asOnAws(file: string, layout: Pick<ProcessLayout, 'taskRoot' | 'layers'>): string {
  for (const [folder, name] of [
    [layout.taskRoot, '/var/task'],
    [layout.layers, '/opt'],
  ] as const)
    if (folder !== undefined && file.startsWith(folder + path.sep))
      return name + file.slice(folder.length).replaceAll(path.sep, '/');
  return file;
}

/** The program of a custom runtime: in the code, else in a layer. Undefined where neither has one that can run. */
export async function findBootstrap(layout: ProcessLayout): Promise<string | undefined> {
  for (const folder of [layout.taskRoot, layout.layers]) {
    if (folder === undefined) continue;
    const file = path.join(folder, 'bootstrap');
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}
