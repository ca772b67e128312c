/** Batches: rules for the whole, and an answer for each entry. */
import { AwsError } from '../../../../protocol/awsError.ts';
import { missingParameter, spellingOf, sqsError } from '../errors.ts';

const MAX_ENTRIES = 10;

export interface BatchFailure {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

/** Throws where the batch itself is refused. `name` is the entries' in the query protocol. */
export function checkBatch<T extends { readonly Id?: string | undefined }>(
  entries: readonly T[] | undefined,
  name: string,
): readonly (T & { readonly Id: string })[] {
  if (entries === undefined || entries.length === 0)
    throw sqsError('EmptyBatchRequest', `There should be at least one ${name} in the request.`);
  if (entries.length > MAX_ENTRIES)
    throw sqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  const seen = new Set<string>();
  return entries.map((entry, index) => {
    const { Id } = entry;
    if (Id === undefined) throw missingParameter(`${name}.${index + 1}.Id`);
    if (!/^[\w-]{1,80}$/.test(Id))
      throw sqsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    if (seen.has(Id)) throw sqsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    seen.add(Id);
    return { ...entry, Id };
  });
}

/** Each by itself: what one is refused with is its own. Both lists are absent where they would be empty. */
export function runBatch<T extends { readonly Id: string }, R extends object>(
  entries: readonly T[],
  run: (entry: T) => R,
): { Successful?: (R & { readonly Id: string })[]; Failed?: BatchFailure[] } {
  const Successful: (R & { readonly Id: string })[] = [];
  const Failed: BatchFailure[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({
        Id: entry.Id,
        SenderFault: error.status < 500,
        Code: spellingOf(error.code).query,
        Message: error.message,
      });
    }
  }
  return {
    ...(Successful.length === 0 ? {} : { Successful }),
    ...(Failed.length === 0 ? {} : { Failed }),
  };
}
