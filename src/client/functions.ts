/** Lambda's function calls that clients of ours need. */
import { encodeRfc3986 } from '../protocol/sigv4.ts';
import type { HostClient } from './hostClient.ts';

/** What we read of Lambda's FunctionConfiguration (its API's page of that name). */
export interface FunctionConfiguration {
  readonly FunctionName: string;
  readonly FunctionArn: string;
  readonly Runtime?: string;
  readonly Handler?: string;
  readonly PackageType?: string;
  readonly State?: string;
  readonly StateReason?: string;
  readonly Version?: string;
  readonly Description?: string;
  readonly RevisionId?: string;
  readonly Role?: string;
  /** Bytes. */
  readonly CodeSize?: number;
  /** base64 */
  readonly CodeSha256?: string;
  /** Seconds. */
  readonly Timeout?: number;
  /** MB. */
  readonly MemorySize?: number;
  /** `2026-09-15T11:53:23.648+0000` */
  readonly LastModified?: string;
  readonly Layers?: readonly { readonly Arn?: string; readonly CodeSize?: number }[];
  readonly Architectures?: readonly string[];
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  readonly LastUpdateStatus?: string;
  readonly EphemeralStorage?: { readonly Size?: number };
  readonly TracingConfig?: { readonly Mode?: string };
  readonly LoggingConfig?: Readonly<Record<string, string>>;
  readonly DeadLetterConfig?: { readonly TargetArn?: string };
  readonly VpcConfig?: {
    readonly SubnetIds?: readonly string[];
    readonly SecurityGroupIds?: readonly string[];
    readonly Ipv6AllowedForDualStack?: boolean;
  };
  readonly FileSystemConfigs?: readonly object[];
  readonly ImageConfigResponse?: { readonly ImageConfig?: object };
  readonly KMSKeyArn?: string;
  readonly SnapStart?: { readonly ApplyOn?: string };
}

/** `/2015-03-31/functions/NAME` */
export const functionPath = (functionName: string): string =>
  `/2015-03-31/functions/${encodeRfc3986(functionName)}`;

/** Every item of a paginated call; `read` is given the marker of the page that it is to read. */
export async function allPages<Item>(
  read: (
    marker: string | undefined,
  ) => Promise<{ readonly items: readonly Item[]; readonly next?: string | null | undefined }>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let marker: string | undefined;
  do {
    const { items, next } = await read(marker);
    all.push(...items);
    marker = next === '' ? undefined : (next ?? undefined);
  } while (marker !== undefined);
  return all;
}

/** All functions, over all pages of ListFunctions. */
export async function listFunctions(client: HostClient): Promise<readonly FunctionConfiguration[]> {
  return allPages(async marker => {
    const page = (await client.lambda('GET', '/2015-03-31/functions', { query: { Marker: marker } })) as {
      Functions: readonly FunctionConfiguration[];
      NextMarker?: string | null;
    };
    return { items: page.Functions, next: page.NextMarker };
  });
}

/** Members of CreateFunction for code of a zip. */
export interface NewFunction {
  readonly FunctionName: string;
  readonly Runtime: string;
  readonly Handler: string;
  readonly Role: string;
  /** base64 */
  readonly Code: { readonly ZipFile: string };
}

/** CreateFunction; answers while the function is Pending. Rejects with AwsCallError: what Lambda says of the members. */
export async function createFunction(
  client: HostClient,
  members: NewFunction,
  signal?: AbortSignal,
): Promise<FunctionConfiguration> {
  return (await client.lambda('POST', '/2015-03-31/functions', {
    body: members,
    signal,
  })) as FunctionConfiguration;
}

/** Rejects with AwsCallError `ResourceNotFoundException` for an unknown function. */
export async function getFunctionConfiguration(
  client: HostClient,
  functionName: string,
  qualifier?: string,
): Promise<FunctionConfiguration> {
  return (await client.lambda('GET', `${functionPath(functionName)}/configuration`, {
    query: { Qualifier: qualifier },
  })) as FunctionConfiguration;
}
