/**
 * Debugging Node.js in a container: AWS's client runs there, so a preload of ours opens the inspector, tells its URL to
 * the environment's Runtime API and waits for the debugger before the handler's module is loaded (DEBUGGING.md).
 */
import { DEBUGGER_PATHS, type SeenByDebugger } from '../../engine.ts';
import { LAYERS_ROOT, TASK_ROOT } from './containerOptions.ts';

/** Where the preload lies in the container. */
export const PRELOAD = '/var/lamplight/nodeContainerDebug.cjs';
/** Port of the inspector inside a container with a network of its own. */
export const INSPECTOR_PORT = 9229;

/** Variables that make the first runtime process in the container wait for a debugger. */
export function debugVariables(options: {
  /** The user's own NODE_OPTIONS, which the preload puts back. */
  readonly nodeOptions: string | undefined;
  /** True where the container shares this machine's network: then the inspector listens on loopback, on any port. */
  readonly shared: boolean;
}): Record<string, string> {
  const { nodeOptions, shared } = options;
  const own = `--require ${PRELOAD} --inspect-publish-uid=stderr`;
  return {
    NODE_OPTIONS: nodeOptions === undefined ? own : `${own} ${nodeOptions}`,
    LAMPLIGHT_DEBUG: JSON.stringify({
      host: shared ? '127.0.0.1' : '0.0.0.0',
      port: shared ? 0 : INSPECTOR_PORT,
      paths: DEBUGGER_PATHS,
      ...(nodeOptions === undefined ? {} : { nodeOptions }),
    }),
  };
}

/**
 * What a debugger on this machine attaches to.
 * @param published port on 127.0.0.1 that leads to the inspector; undefined where its own port does
 * @param image the function's code is the image's own, not a folder of this machine
 */
export function containerDebugTarget(
  inspectorUrl: string | undefined,
  published: number | undefined,
  image: boolean,
): SeenByDebugger {
  return {
    ...(inspectorUrl === undefined ? {} : { websocketAddress: publishedUrl(inspectorUrl, published) }),
    ...(image ? {} : { remoteRoot: TASK_ROOT }),
    layersRoot: LAYERS_ROOT,
    skipFiles: [
      '<node_internals>/**',
      '/var/runtime/**',
      '/var/lamplight/**',
      '**/node_modules/aws-lambda-ric/**',
    ],
  };
}

function publishedUrl(inspectorUrl: string, published: number | undefined): string {
  const url = new URL(inspectorUrl);
  url.hostname = '127.0.0.1';
  if (published !== undefined) url.port = String(published);
  return url.href;
}
