/** Pages of lists: the token is the last name that was shown. */
import { invalidParameter, invalidValue } from './errors.ts';
import type { Queue } from './queueTable.ts';

const MAX_PAGE = 1_000;

export interface Page {
  readonly queues: readonly Queue[];
  readonly next: string | undefined;
}

/** `all` in the order of their names. Pages only where a size is asked for; without one a list ends at 1,000. */
export function pageOf(
  all: readonly Queue[],
  {
    MaxResults,
    NextToken,
  }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): Page {
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > MAX_PAGE))
    throw invalidValue(MaxResults, 'MaxResults', `Must be between 1 and ${MAX_PAGE}, if provided.`);
  const after = NextToken === undefined ? undefined : readToken(NextToken);
  const rest = after === undefined ? all : all.filter(({ name }) => name > after);
  const queues = rest.slice(0, MaxResults ?? MAX_PAGE);
  const last = queues.at(-1);
  const hasMore = MaxResults !== undefined && rest.length > queues.length;
  return { queues, next: hasMore && last !== undefined ? writeToken(last.name) : undefined };
}

const MARK = 'after:';
const writeToken = (name: string): string => Buffer.from(MARK + name).toString('base64');

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith(MARK)) throw invalidParameter('Invalid or expired next token.');
  return text.slice(MARK.length);
}
