/**
 * The policy of a function, version or alias as one document (API of 2026-07-09). It is the one that AddPermission adds
 * statements to. No answer of AWS's was recorded: texts follow those of the older operations (docs/fidelity.md).
 */
import { functionArn } from '../functions/arn.ts';
import { settingQualifier } from '../functions/functionSettings.ts';
import { functionPolicies, type FunctionPolicy } from '../functions/policy/functionPolicies.ts';
import { parsePolicy, PolicyError } from '../functions/policy/parsePolicy.ts';
import type { PolicyDocument } from '../functions/policy/policyDocument.ts';
import type { ApiCall } from './call.ts';
import {
  functionNotFound,
  invalidParameter,
  noSuchResource,
  notSupported,
  revisionMismatch,
} from './errors.ts';
import { resolveFunction } from './functionName.ts';
import type { OperationHandler, OperationHandlers } from './operation.ts';
import { checkPolicySize } from './permissions.ts';
import { isThere } from './qualified.ts';

interface Target {
  readonly name: string;
  /** '' for none. */
  readonly qualifier: string;
  readonly policy: FunctionPolicy | undefined;
}

function targetOf(arn: string, { host }: ApiCall): Target {
  if (!arn.includes(':function:')) throw notSupported('A policy of a runtime');
  const { name, qualifier } = resolveFunction(arn, undefined, host);
  if (!isThere(host.functions, name, qualifier)) throw functionNotFound(functionArn(host, name, qualifier));
  // The unpublished function is the unqualified one.
  const key = settingQualifier(qualifier);
  return { name, qualifier: key, policy: functionPolicies(host.functions.settings).get(name, key) };
}

const answer = ({ document, revisionId }: FunctionPolicy) => ({
  Policy: JSON.stringify(document),
  RevisionId: revisionId,
});

const getResourcePolicy: OperationHandler<'GetResourcePolicy'> = (input, call) => {
  const { policy } = targetOf(input.ResourceArn, call);
  if (policy === undefined) throw noSuchResource();
  return answer(policy);
};

const putResourcePolicy: OperationHandler<'PutResourcePolicy'> = (input, call) => {
  if (input.ResourceArn.endsWith(':$LATEST'))
    throw invalidParameter('We currently do not support adding policies for $LATEST.');
  const { name, qualifier, policy } = targetOf(input.ResourceArn, call);
  const document = read(input.Policy);
  checkPolicySize(document);
  if (input.RevisionId !== undefined && input.RevisionId !== policy?.revisionId)
    throw revisionMismatch('GetResourcePolicy');
  return answer(functionPolicies(call.host.functions.settings).put(name, qualifier, document));
};

function read(text: string): PolicyDocument {
  try {
    return parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) throw invalidParameter(error.message);
    throw error;
  }
}

const deleteResourcePolicy: OperationHandler<'DeleteResourcePolicy'> = (input, call) => {
  const { name, qualifier, policy } = targetOf(input.ResourceArn, call);
  if (policy === undefined) throw noSuchResource();
  if (input.RevisionId !== undefined && input.RevisionId !== policy.revisionId)
    throw revisionMismatch('GetResourcePolicy');
  functionPolicies(call.host.functions.settings).delete(name, qualifier);
};

export const resourcePolicyOperations: OperationHandlers = {
  GetResourcePolicy: getResourcePolicy,
  PutResourcePolicy: putResourcePolicy,
  DeleteResourcePolicy: deleteResourcePolicy,
};
