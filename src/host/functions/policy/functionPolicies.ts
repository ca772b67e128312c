/**
 * The policies of functions, versions and aliases, each with a revision id of its own: what AddPermission and
 * PutResourcePolicy store, and what the evaluator is asked with.
 */
import { randomUUID } from 'node:crypto';
import type { FunctionSettings } from '../functionSettings.ts';
import type { PolicyDocument, PolicyStatement } from './policyDocument.ts';

export interface FunctionPolicy {
  readonly document: PolicyDocument;
  readonly revisionId: string;
}

/** Bytes of a policy as JSON (row C12). */
export const MAX_POLICY_BYTES = 20_480;

export const policySize = (document: PolicyDocument): number => Buffer.byteLength(JSON.stringify(document));

/** The qualifier is that of the request, '' for none: a policy is not inherited by anything. */
export interface FunctionPolicies {
  get(functionName: string, qualifier: string): FunctionPolicy | undefined;
  /** Stored, with a new revision id, when this returns. */
  put(functionName: string, qualifier: string, document: PolicyDocument): FunctionPolicy;
  delete(functionName: string, qualifier: string): void;
}

export function functionPolicies(settings: FunctionSettings): FunctionPolicies {
  const stored = settings.of<FunctionPolicy>('policy');
  return {
    get: (functionName, qualifier) => stored.get(functionName, qualifier),
    put: (functionName, qualifier, document) => {
      const policy = { document, revisionId: randomUUID() };
      stored.put(functionName, qualifier, policy);
      return policy;
    },
    delete: (functionName, qualifier) => {
      stored.delete(functionName, qualifier);
    },
  };
}

/** As AddPermission makes it (recorded). */
const EMPTY: PolicyDocument = { Version: '2012-10-17', Id: 'default', Statement: [] };

export const withStatement = (
  document: PolicyDocument | undefined,
  statement: PolicyStatement,
): PolicyDocument => ({
  ...(document ?? EMPTY),
  Statement: [...(document?.Statement ?? []), statement],
});
