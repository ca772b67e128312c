/** What a function finds in its sandbox: mounts, and the variables and search paths that lead to them (spec/execution-environment.md §5). */
import path from 'node:path';
import type { EnvironmentSpec } from '../../environment.ts';
import { libraryMounts, linkedPackages } from '../docker/containerLibraries.ts';
import { searchPathsOf, type ProcessLayout } from '../process/processLayout.ts';
import type { Mount } from './mountTable.ts';
import type { SandboxLanguage } from './sandboxLanguage.ts';
import { LAYERS_ROOT, SDK, TASK_ROOT } from './sandboxPlaces.ts';

export interface SandboxLayout {
  /** As the sandbox sees it. */
  readonly layout: ProcessLayout;
  readonly mounts: readonly Mount[];
  /** Where the SDK is, as the sandbox sees it; undefined where there is none. */
  readonly sdk: string | undefined;
}

/**
 * @param outside the function's folders on this machine
 * @param sdk folder of the AWS SDK on this machine, where it is there
 */
export async function sandboxLayout(
  spec: EnvironmentSpec,
  language: SandboxLanguage,
  outside: ProcessLayout,
  sdk: string | undefined,
): Promise<SandboxLayout> {
  const { launch } = language;
  const libraries = libraryMounts(spec.code.kind === 'folder' ? (spec.code.libraries ?? []) : []);
  const places = new Map(libraries);
  const linked = Object.entries(await linkedPackages(spec));
  // ES modules find a package only in a folder of that name.
  const sdkPlace = sdk === undefined ? undefined : path.posix.join(SDK, path.basename(sdk));
  const layers = outside.layers === undefined ? undefined : LAYERS_ROOT;
  const paths = searchPathsOf(launch, {
    taskRoot: TASK_ROOT,
    layers,
    libraries: libraries.map(([, target]) => target),
    sdk: sdkPlace,
  });
  const { LD_LIBRARY_PATH: shared = '' } = paths.defaults;
  return {
    layout: {
      taskRoot: TASK_ROOT,
      layers,
      hasSharedLibraries: outside.hasSharedLibraries,
      ...paths,
      packages: outside.packages.map(folder => places.get(folder) ?? folder),
      defaults: { ...paths.defaults, LD_LIBRARY_PATH: [...language.libraries, shared].join(':') },
    },
    mounts: [
      { target: '/tmp', megabytes: spec.ephemeralStorage },
      { source: outside.taskRoot, target: TASK_ROOT },
      ...(outside.layers === undefined ? [] : [{ source: outside.layers, target: LAYERS_ROOT }]),
      ...[...libraries, ...linked].map(([source, target]) => ({ source, target })),
      ...(sdk === undefined || sdkPlace === undefined ? [] : [{ source: sdk, target: sdkPlace }]),
    ],
    sdk: sdkPlace,
  };
}
