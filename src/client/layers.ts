/** The layers that a function has, over Lambda's calls. */
import { untilUpdated, updateConfiguration } from './functionSettings.ts';
import { getFunctionConfiguration } from './functions.ts';
import type { HostClient } from './hostClient.ts';

/** A function's layers as they are now. */
export interface FunctionLayers {
  /** ARNs of versions; later ones overwrite what earlier ones bring. */
  readonly arns: readonly string[];
  /** Of the configuration that has them. */
  readonly revisionId: string | undefined;
}

/** As they are once no update of the function is under way. */
export async function functionLayers(client: HostClient, functionName: string): Promise<FunctionLayers> {
  await untilUpdated(client, functionName);
  const { Layers = [], RevisionId } = await getFunctionConfiguration(client, functionName);
  return { arns: Layers.flatMap(({ Arn }) => Arn ?? []), revisionId: RevisionId };
}

/**
 * Gives a function these layers, and resolves when its invocations have them. Rejects with AwsCallError where Lambda
 * doesn't take them (more than five, two versions of one layer), and where somebody changed the function since `was`
 * was read.
 */
export async function setFunctionLayers(
  client: HostClient,
  functionName: string,
  was: FunctionLayers,
  arns: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  await updateConfiguration(client, functionName, { Layers: arns }, was.revisionId);
  await untilUpdated(client, functionName, signal);
}
