/**
 * AWS's Node.js runtimes bring the SDK, so it is not bundled: it would make each build ten times as long. The handler
 * takes the project's (the artifact links to it), else the runtime's.
 */
import type { Plugin } from 'esbuild';
import { packageFolder } from './externalPackages.ts';

const resolving = Symbol('resolving');

/**
 * @param root the function's code folder
 * @param packages a further `node_modules`
 */
export function awsSdk(root: string, packages?: string): Plugin {
  return {
    name: 'aws-sdk',
    setup(build) {
      build.onResolve({ filter: /^(@aws-sdk\/|@smithy\/|aws-sdk(\/|$))/ }, async args => {
        if (args.pluginData === resolving) return undefined;
        const outside = { path: args.path, external: true };
        if ((await packageFolder(root, args.path, packages)) !== undefined) return outside;
        // One that only another package has (pnpm) is not found from the artifact: it is bundled with that package.
        const { importer, namespace, resolveDir, kind } = args;
        const found = await build.resolve(args.path, {
          importer,
          namespace,
          resolveDir,
          kind,
          pluginData: resolving,
        });
        return found.errors.length === 0 ? found : outside;
      });
    },
  };
}
