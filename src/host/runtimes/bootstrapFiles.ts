/** Where our bootstraps are: beside this file in the sources, beside the bundle in dist/. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of a language's bootstrap: what `/var/runtime` is on AWS. */
export function bootstrapFolder(language: 'node' | 'python'): string {
  return path.join(fileURLToPath(new URL('./bootstraps/', import.meta.url)), language);
}
