/** debugpy's configuration for one environment that waits for its debugger. */
import type { PythonDebugTarget } from '../../../protocol/model.ts';
import { PYTHON_DEBUG_TYPE } from '../../contributions.ts';
import type { ShownPaths } from '../../project/shownPaths.ts';
import type { ChildConfiguration, EnvironmentMark } from '../environmentMark.ts';
import { ENVIRONMENT_FIELD } from '../environmentMark.ts';

/** Where a child session's configuration says which adapter to run. */
export const ADAPTER_FIELD = '__lamplightAdapter';

export interface PythonAdapter {
  /** The Python that runs the function. */
  readonly program: string;
  /** Folder of the package debugpy. */
  readonly debugpy: string;
}

export interface PathMapping {
  readonly localRoot: string;
  readonly remoteRoot: string;
}

export interface PythonAttachOptions {
  readonly debugpy: string;
  readonly skipFiles: readonly string[];
  readonly justMyCode: boolean;
  /** The workspace folder: where it is, and what the editor calls it. */
  readonly paths: Pick<ShownPaths, 'real' | 'shown'>;
  /** Files and folders of the workspace that the running code is a copy of. */
  readonly copies?: readonly PathMapping[];
}

/**
 * The adapter listens on a free port, and the environment connects to it: nobody can connect to the environment.
 * https://github.com/microsoft/debugpy/wiki/Debug-configuration-settings
 */
export function pythonAttach(
  name: string,
  target: PythonDebugTarget,
  environmentId: string,
  options: PythonAttachOptions,
): ChildConfiguration {
  const { paths, debugpy, copies = [] } = options;
  const mark: EnvironmentMark = { debugId: target.debugId, environmentId };
  const adapter: PythonAdapter = { program: target.program, debugpy };
  const mappings = [...copies.map(copy => ({ ...copy, localRoot: paths.shown(copy.localRoot) }))];
  if (target.remoteRoot !== undefined)
    mappings.push({
      localRoot: folder(paths.shown(target.localRoot)),
      remoteRoot: folder(target.remoteRoot),
    });
  const shown = paths.shown(paths.real);
  if (shown !== paths.real) mappings.push({ localRoot: folder(shown), remoteRoot: folder(paths.real) });
  return {
    type: PYTHON_DEBUG_TYPE,
    request: 'attach',
    name,
    listen: { host: '127.0.0.1', port: 0 },
    justMyCode: options.justMyCode,
    // The host brings the function's output, with Lambda's own lines in between.
    redirectOutput: false,
    subProcess: false,
    rules: [...target.skipFiles, ...options.skipFiles.filter(isPattern)].map(path => ({
      path,
      include: false,
    })),
    ...(mappings.length === 0 ? {} : { pathMappings: mappings }),
    [ADAPTER_FIELD]: adapter,
    [ENVIRONMENT_FIELD]: mark,
  };
}

/** js-debug's `<node_internals>` and its exceptions mean nothing to debugpy. */
const isPattern = (text: string): boolean => !/^[<!]/.test(text);

/** With a slash at its end `/w/src` does not stand for `/w/src2` too. */
export const folder = (place: string): string => (/[\\/]$/.test(place) ? place : `${place}/`);

/** The adapter that a child session's configuration asks for. */
export function adapterOf(configuration: Readonly<Record<string, unknown>>): PythonAdapter | undefined {
  const adapter = configuration[ADAPTER_FIELD];
  if (typeof adapter !== 'object' || adapter === null) return undefined;
  if (!('program' in adapter) || !('debugpy' in adapter)) return undefined;
  const { program, debugpy } = adapter;
  return typeof program === 'string' && typeof debugpy === 'string' ? { program, debugpy } : undefined;
}
