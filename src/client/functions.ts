/** Lambda's function calls that clients of ours need. */
import { encodeRfc3986 } from '../protocol/sigv4.ts';
import type { HostClient } from './hostClient.ts';

/** What we read of Lambda's FunctionConfiguration. */
export interface FunctionConfiguration {
  readonly FunctionName: string;
  readonly FunctionArn: string;
  readonly Runtime?: string;
  readonly Handler?: string;
  readonly PackageType?: string;
  readonly State?: string;
}

/** All functions, over all pages of ListFunctions. */
export async function listFunctions(client: HostClient): Promise<readonly FunctionConfiguration[]> {
  const functions: FunctionConfiguration[] = [];
  let marker: string | undefined;
  do {
    const page = (await client.lambda('GET', '/2015-03-31/functions', { query: { Marker: marker } })) as {
      Functions: readonly FunctionConfiguration[];
      NextMarker?: string | null;
    };
    functions.push(...page.Functions);
    marker = page.NextMarker ?? undefined;
  } while (marker !== undefined && marker !== '');
  return functions;
}

/** Rejects with AwsCallError `ResourceNotFoundException` for an unknown function. */
export async function getFunctionConfiguration(
  client: HostClient,
  functionName: string,
): Promise<FunctionConfiguration> {
  const path = `/2015-03-31/functions/${encodeRfc3986(functionName)}/configuration`;
  return (await client.lambda('GET', path)) as FunctionConfiguration;
}
