/** Lambda's calls about the published versions of a function (spec/lambda-service.md §3.1). */
import { allPages, functionPath } from './functions.ts';
import type { FunctionConfiguration } from './functions.ts';
import type { HostClient } from './hostClient.ts';

/** A published version: the configuration that it keeps, with its number. */
export type FunctionVersion = FunctionConfiguration & { readonly Version: string };

/** All of a function's versions but `$LATEST`, the oldest first. */
export async function listVersions(
  client: HostClient,
  functionName: string,
  signal?: AbortSignal,
): Promise<readonly FunctionVersion[]> {
  const all = await allPages(async marker => {
    const page = (await client.lambda('GET', `${functionPath(functionName)}/versions`, {
      query: { Marker: marker },
      signal,
    })) as { Versions: readonly FunctionVersion[]; NextMarker?: string | null };
    return { items: page.Versions, next: page.NextMarker };
  });
  return all.filter(({ Version }) => Version !== '$LATEST');
}

/**
 * Publishes `$LATEST` as the next version. Answers the one that is there where nothing has changed since; its description
 * then is that of before.
 */
export async function publishVersion(
  client: HostClient,
  functionName: string,
  options: { readonly description?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<FunctionVersion> {
  const { description, signal } = options;
  return (await client.lambda('POST', `${functionPath(functionName)}/versions`, {
    body: description === undefined ? {} : { Description: description },
    signal,
  })) as FunctionVersion;
}

/** Rejects with AwsCallError `ResourceConflictException` where an alias refers to it. */
export async function deleteVersion(
  client: HostClient,
  functionName: string,
  version: string,
): Promise<void> {
  await client.lambda('DELETE', functionPath(functionName), { query: { Qualifier: version } });
}
