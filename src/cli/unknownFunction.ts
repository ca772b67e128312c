import { AwsCallError } from '../client/callError.ts';
import { functionSummaries } from '../client/controlCalls.ts';
import type { HostClient } from '../client/hostClient.ts';
import { CommandError } from './command.ts';

/** Whoever misspelt a name, or gave a template's logical id as with SAM, wants to know what there is. */
export async function withNames(client: HostClient, asked: string, error: unknown): Promise<unknown> {
  if (!(error instanceof AwsCallError) || error.code !== 'ResourceNotFoundException') return error;
  const functions = await functionSummaries(client);
  const meant = functions.find(({ owner }) => owner?.logicalId === asked);
  return new CommandError(
    `${error.code}: ${error.message}\n${
      meant !== undefined
        ? `${asked} is the logical id of ${meant.name}`
        : functions.length === 0
          ? 'There is no function here.'
          : `There are: ${functions.map(({ name }) => name).join(', ')}`
    }`,
  );
}
