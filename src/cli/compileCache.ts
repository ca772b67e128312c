/** Lets Node keep the compiled form of our bundles, so that a start does not compile them again. */
import * as module from 'node:module';
import path from 'node:path';
import { userCacheFolder } from '../client/userFolders.ts';

/** Does nothing on a Node that can't (before 22.1), or where the user has turned it off or set a folder of their own. */
export function keepCompiledCode(): void {
  // Node 20 has none, whatever the types say.
  const enable = (module as { enableCompileCache?: typeof module.enableCompileCache }).enableCompileCache;
  if (enable === undefined || process.env['NODE_COMPILE_CACHE'] !== undefined) return;
  enable(path.join(userCacheFolder(), 'compile'));
}
