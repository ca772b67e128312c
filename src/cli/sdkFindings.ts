/** What `lamplight doctor` says of the AWS SDK that AWS's runtimes bring, and how it fetches it when it is told to. */
import { sdkStorage, surroundings } from '../client/userFolders.ts';
import type { Context } from './command.ts';
import { type Finding, fix, note, ok } from './finding.ts';
import type { SdkNeed } from './sdkNeeds.ts';

/** What most functions of Node.js use; what else the workspace's import comes with it. */
const USUAL = [
  ...['client-dynamodb', 'client-eventbridge', 'client-lambda', 'client-s3', 'client-secrets-manager'],
  ...['client-sfn', 'client-sns', 'client-sqs', 'client-ssm', 'credential-providers', 'lib-dynamodb'],
  'util-dynamodb',
].map(name => `@aws-sdk/${name}`);

/** One line for each language that functions use. */
export async function sdkFindings(
  install: boolean,
  runtimes: readonly string[],
  stateDirs: readonly string[],
  context: Context,
): Promise<Finding[]> {
  const storage = sdkStorage({ ...surroundings(), env: context.env });
  const { examineSdk } = await import('./hostBundle.ts');
  const needs = await examineSdk({ folder: context.cwd, runtimes, stateDirs, storage });
  const findings: Finding[] = [];
  for (const need of needs) findings.push(install ? await installed(need, context) : found(need));
  return findings;
}

function found(need: SdkNeed): Finding {
  const label = labelOf(need);
  if (need.missing.size > 0) return lacks(need, `run lamplight doctor --fix`);
  if (need.packages.length > 0) return ok(`${label}: in Lamplight's storage (${need.folder})`);
  if (need.machineServes) return ok(`${label}: ${need.command} has boto3 ${need.machine ?? ''}`);
  return note(
    `${label}: AWS's runtimes bring it, Lamplight's storage doesn't have it yet. Functions whose project lacks it need it: lamplight doctor --fix`,
  );
}

async function installed(need: SdkNeed, context: Context): Promise<Finding> {
  const wanted = wantedOf(need);
  if (wanted.length === 0) return found(need);
  const label = labelOf(need);
  const { installSdk } = await import('./sdkInstall.ts');
  const failure = await installSdk({ ...need, label, packages: wanted }, context);
  if (failure === undefined) return ok(`${label}: installed ${listOf(wanted)} (${need.folder})`);
  if (need.missing.size > 0) return lacks(need, `try again: ${failure}`);
  return note(`${label}: not installed. ${failure}`);
}

function lacks(need: SdkNeed, otherwise: string): Finding {
  const functions = [...new Set([...need.missing.values()].flat())];
  const imports = functions.length === 1 ? 'imports' : 'import';
  const manager = need.language === 'node' ? 'npm' : 'pip';
  const machine =
    need.machine === undefined
      ? ''
      : ` (boto3 ${need.machine} of ${need.command} does not read AWS_ENDPOINT_URL: its calls would go to AWS)`;
  return fix(
    `${labelOf(need)}: ${functions.join(', ')} ${imports} ${[...need.missing.keys()].join(', ')}, neither in the project nor in Lamplight's storage${machine}. ${manager} install it in the project, or ${otherwise}`,
  );
}

function wantedOf(need: SdkNeed): readonly string[] {
  const usual = need.language === 'node' ? USUAL : ['boto3'];
  const all = new Set([...usual, ...need.missing.keys()]);
  return [...all].filter(name => need.missing.has(name) || !need.packages.includes(name)).sort();
}

function labelOf({ language, version }: SdkNeed): string {
  return language === 'node' ? 'AWS SDK for JavaScript' : `AWS SDK for Python ${version}`;
}

function listOf(names: readonly string[]): string {
  return names.length === 1 ? names.join('') : `${names.length} packages`;
}
