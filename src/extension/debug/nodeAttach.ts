import { pathToFileURL } from 'node:url';
import type { ShownPaths } from '../project/shownPaths.ts';
import type { NodeDebugTarget } from '../../protocol/model.ts';
import type { ChildConfiguration, EnvironmentMark } from './environmentMark.ts';
import { ENVIRONMENT_FIELD } from './environmentMark.ts';

/**
 * js-debug's configuration for one environment that waits for its debugger. The artifact lies outside the workspace:
 * `resolveSourceMapLocations: null` lets its maps count all the same.
 */
export function nodeAttach(
  name: string,
  target: NodeDebugTarget,
  environmentId: string,
  options: {
    readonly skipFiles: readonly string[];
    readonly smartStep: boolean;
    /** The workspace folder: where it is, and what the editor calls it. */
    readonly paths: Pick<ShownPaths, 'real' | 'shown'>;
    /** Folder of the workspace whose files the running code is a copy of. */
    readonly sourceRoot?: string | undefined;
  },
): ChildConfiguration {
  const { paths, sourceRoot } = options;
  const mark: EnvironmentMark = { debugId: target.debugId, environmentId };
  const root = target.localRoot.replaceAll('\\', '/');
  return {
    type: 'pwa-node',
    request: 'attach',
    name,
    websocketAddress: target.websocketAddress,
    // The runtime waits in waitForDebugger(): it goes on when the breakpoints are there.
    continueOnAttach: true,
    sourceMaps: true,
    smartStep: options.smartStep,
    outFiles: [`${root}/**/*.js`, `${root}/**/*.cjs`, `${root}/**/*.mjs`, '!**/node_modules/**'],
    resolveSourceMapLocations: null,
    skipFiles: ['<node_internals>/**', ...target.skipFiles, ...options.skipFiles],
    autoAttachChildProcesses: false,
    ...pathsOf(
      sourceRoot === undefined
        ? target
        : { ...target, localRoot: sourceRoot, remoteRoot: target.remoteRoot ?? target.localRoot },
      paths,
    ),
    [ENVIRONMENT_FIELD]: mark,
  };
}

/** How js-debug comes from the paths that the runtime and our maps name to those of the editor, where they differ. */
function pathsOf(
  { localRoot, remoteRoot }: NodeDebugTarget,
  { real, shown }: Pick<ShownPaths, 'real' | 'shown'>,
): Readonly<Record<string, unknown>> {
  const folder = shown(real);
  if (remoteRoot === undefined && folder === real) return {};
  return {
    ...(remoteRoot === undefined ? {} : { localRoot: shown(localRoot), remoteRoot }),
    sourceMapPathOverrides: localSources(real, folder),
  };
}

/**
 * Where a remote root is given, js-debug takes every path for one below it and forgets the others. Our maps name their
 * sources by `file:` URLs of this machine: an override is what it leaves alone. It also counts for scripts without a map.
 */
function localSources(real: string, folder: string): Readonly<Record<string, string>> {
  const plain = folder.replaceAll('\\', '/');
  return {
    [`${pathToFileURL(real).href}/*`]: `${plain}/*`,
    'file:///*': plain.startsWith('/') ? '/*' : '*',
    'webpack://?:*/*': `${plain}/*`,
  };
}
