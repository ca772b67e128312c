/** Lambda's calls about aliases (spec/lambda-service.md §3.2). What a function's aliases are, the event stream tells. */
import type { AliasSummary } from '../protocol/model.ts';
import { encodeRfc3986 } from '../protocol/sigv4.ts';
import { functionPath } from './functions.ts';
import type { HostClient } from './hostClient.ts';

/** An alias as one wants it. */
export type AliasSettings = Omit<AliasSummary, 'name'>;

const aliasesPath = (functionName: string): string => `${functionPath(functionName)}/aliases`;
const aliasPath = (functionName: string, name: string): string =>
  `${aliasesPath(functionName)}/${encodeRfc3986(name)}`;

/** Rejects with AwsCallError: ResourceConflictException where the name is taken, ResourceNotFoundException without that version. */
export async function createAlias(
  client: HostClient,
  functionName: string,
  { name, ...settings }: AliasSummary,
): Promise<void> {
  await client.lambda('POST', aliasesPath(functionName), { body: { Name: name, ...membersOf(settings) } });
}

/** Changes what is given; an `additional` of `null` sends every invocation to the alias's one version again. */
export async function updateAlias(
  client: HostClient,
  functionName: string,
  name: string,
  change: Partial<Omit<AliasSettings, 'additional'>> & {
    readonly additional?: AliasSettings['additional'] | null;
  },
): Promise<void> {
  await client.lambda('PUT', aliasPath(functionName, name), { body: membersOf(change) });
}

/** Resolves also where there is no such alias. */
export async function deleteAlias(client: HostClient, functionName: string, name: string): Promise<void> {
  await client.lambda('DELETE', aliasPath(functionName, name));
}

function membersOf({ version, additional, description }: Parameters<typeof updateAlias>[3]): object {
  return {
    ...(version === undefined ? {} : { FunctionVersion: version }),
    ...(description === undefined ? {} : { Description: description }),
    ...(additional === undefined
      ? {}
      : {
          RoutingConfig: {
            AdditionalVersionWeights: additional === null ? {} : { [additional.version]: additional.weight },
          },
        }),
  };
}
