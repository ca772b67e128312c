/** Folders and files of a workspace in which nobody writes functions: neither searched nor watched. */

/** Packages, version control, caches: other programs' business, and often huge. */
const neverEntered: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  '.git',
  '.hg',
  '.svn',
  '.jj',
  '.yarn',
  '.pnpm-store',
  '__pycache__',
  '.venv',
  'site-packages',
  '.tox',
  '.nox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.aws-sam',
  '.serverless',
  '.terraform',
  '.gradle',
  '.m2',
  '.cache',
  '.nyc_output',
  '.next',
  '.nuxt',
  '.svelte-kit',
  '.parcel-cache',
  '.turbo',
  '.idea',
  '.vscode-test',
  '.DS_Store',
]);

/** Folders that builds fill: they may be a function's code, never the place where one is declared. */
const buildOutput: ReadonlySet<string> = new Set([
  'dist',
  'build',
  'out',
  'target',
  'bin',
  'obj',
  'coverage',
  'vendor',
]);

/** A folder that is neither searched nor watched (unless a function's code is in it). */
export function isNeverEntered(name: string): boolean {
  return neverEntered.has(name);
}

/** A folder in which no template and no handler is looked for. */
export function isSkippedInSearch(name: string): boolean {
  // CDK keeps assets in `cdk.out/asset.<hash>`; its nested assemblies are `assembly-<stage>`.
  return neverEntered.has(name) || buildOutput.has(name) || name.startsWith('asset.');
}
