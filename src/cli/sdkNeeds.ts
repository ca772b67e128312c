/** Which AWS SDKs the functions of a folder and of a running host want, and what is there of them. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type SdkFacts, sdkFacts } from '../host/examine.ts';
import { discoverWorkspace } from '../workspace/discover.ts';
import { sdkImports, type SdkImports, sdkImportsOfPackage } from '../workspace/sdkImports.ts';

/** One language's SDK; Python's for each version. */
export interface SdkNeed extends SdkFacts {
  /** Packages that are nowhere, by the functions that import them. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
  /** The machine's own Python has one that calls Lamplight. */
  readonly machineServes: boolean;
}

export interface SdkSearch {
  /** The workspace, or any folder. */
  readonly folder: string;
  /** Runtimes of the running host's functions. */
  readonly runtimes: readonly string[];
  /** State folders that may hold uploaded code. */
  readonly stateDirs: readonly string[];
  /** client/userFolders.ts, sdkStorage. */
  readonly storage: string;
}

/** Languages that no function uses are left out. */
export async function examineSdk(search: SdkSearch): Promise<SdkNeed[]> {
  const model = await discoverWorkspace(search.folder, { region: 'us-east-1', accountId: '000000000000' });
  const needs = new Map<string, SdkNeed & { readonly missing: Map<string, string[]> }>();
  for (const { name, runtime, libraries, packages } of [
    ...(await sdkImports(model)),
    ...(await uploadedImports(search)),
  ]) {
    const facts = await sdkFacts(search.storage, runtime, libraries);
    if (facts === undefined) continue;
    const machineServes = readsEndpoint(facts.machine);
    const need = needs.get(facts.folder) ?? { ...facts, machineServes, missing: new Map<string, string[]>() };
    needs.set(facts.folder, need);
    if (machineServes) continue;
    for (const missing of packages.filter(one => !facts.packages.includes(one)))
      need.missing.set(missing, [...(need.missing.get(missing) ?? []), name]);
  }
  return [...needs.values()];
}

/**
 * Older ones know no AWS_ENDPOINT_URL: they would take a function's calls to AWS itself.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
function readsEndpoint(boto3: string | undefined): boolean {
  const [major = 0, minor = 0] = (boto3 ?? '').split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 28);
}

/** Functions that came over the API; which of the stored packages is whose doesn't matter. */
async function uploadedImports({ runtimes, stateDirs }: SdkSearch): Promise<SdkImports[]> {
  if (runtimes.length === 0) return [];
  const roots: string[] = [];
  for (const stateDir of stateDirs) {
    const code = path.join(stateDir, 'code');
    for (const entry of await readdir(code, { withFileTypes: true }).catch(() => []))
      if (entry.isDirectory()) roots.push(path.join(code, entry.name));
  }
  const found: SdkImports[] = [];
  for (const runtime of new Set(runtimes)) {
    const language = runtime.startsWith('python') ? 'python' : 'node';
    const imports = await Promise.all(roots.map(root => sdkImportsOfPackage(root, language)));
    const packages = [...new Set(imports.flat())];
    found.push({ name: 'a function of the running host', runtime, libraries: [], packages });
  }
  return found;
}
