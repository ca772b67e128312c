/**
 * What a function's qualifier names, and how each operation says that it names nothing (spec/lambda-service.md §2.1).
 */
import { functionArn, type ArnScope } from '../functions/arn.ts';
import type { FunctionStore } from '../functions/functionStore.ts';
import { functionNotFound, resourceNotFound } from './errors.ts';

/** `other` has the form of a qualifier, and nothing can have it: `$latest`, `$LATEST.PUBLISHED` of a default function. */
export type QualifierKind = 'alias' | 'latest' | 'other' | 'version';

export function qualifierKind(qualifier: string): QualifierKind {
  if (qualifier === '$LATEST') return 'latest';
  if (/^\d+$/.test(qualifier)) return 'version';
  return /^[a-zA-Z0-9-_]+$/.test(qualifier) ? 'alias' : 'other';
}

/** Is there such a function and, where a qualifier is given, such a version or alias of it? */
export function isThere(
  functions: Pick<FunctionStore, 'get'>,
  name: string,
  qualifier: string | undefined,
): boolean {
  return functions.get(name, qualifier ?? '$LATEST') !== undefined;
}

/** How the operations on policies and provisioned concurrency say it: aliases by another text than versions. */
export function qualifierNotFound(scope: ArnScope, name: string, qualifier: string | undefined): Error {
  const arn = functionArn(scope, name, qualifier);
  return qualifier !== undefined && qualifierKind(qualifier) === 'alias'
    ? resourceNotFound(`Cannot find alias arn: ${arn}`)
    : functionNotFound(arn);
}
