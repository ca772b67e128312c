/** The policy of a function, version or alias, statement by statement (spec/lambda-service.md §10.1; rows 6–18, 171–174, 252–256, C12). */
import { functionArn } from '../functions/arn.ts';
import {
  functionPolicies,
  MAX_POLICY_BYTES,
  policySize,
  withStatement,
} from '../functions/policy/functionPolicies.ts';
import type { PolicyDocument, PolicyPrincipal, PolicyStatement } from '../functions/policy/policyDocument.ts';
import {
  functionNotFound,
  invalidParameter,
  noPolicy,
  noSuchResource,
  policyTooLong,
  resourceNotFound,
  revisionMismatch,
  statementExists,
  statementNotFound,
} from './errors.ts';
import { resolveFunction } from './functionName.ts';
import type { InputOf, OperationHandler, OperationHandlers } from './operation.ts';
import { isThere, qualifierKind, qualifierNotFound } from './qualified.ts';

const addPermission: OperationHandler<'AddPermission'> = (input, { host }) => {
  const { name, qualifier } = resolveFunction(input.FunctionName, input.Qualifier, host);
  if (qualifier === '$LATEST')
    throw invalidParameter('We currently do not support adding policies for $LATEST.');
  if (!isThere(host.functions, name, undefined)) throw functionNotFound(functionArn(host, name));
  if (!isThere(host.functions, name, qualifier)) throw qualifierNotFound(host, name, qualifier);
  const statement = makeStatement(input, functionArn(host, name, qualifier));
  const policies = functionPolicies(host.functions.settings);
  const policy = policies.get(name, qualifier ?? '');
  // Said before a stale revision.
  if (policy?.document.Statement.some(({ Sid }) => Sid === input.StatementId) === true)
    throw statementExists(input.StatementId);
  if (input.RevisionId !== undefined && input.RevisionId !== policy?.revisionId)
    throw revisionMismatch('GetPolicy');
  const document = withStatement(policy?.document, statement);
  checkPolicySize(document);
  policies.put(name, qualifier ?? '', document);
  return { Statement: JSON.stringify(statement) };
};

/** Throws PolicyLengthExceededException. */
export function checkPolicySize(document: PolicyDocument): void {
  const size = policySize(document);
  if (size > MAX_POLICY_BYTES) throw policyTooLong(size, MAX_POLICY_BYTES);
}

/** Members in the order in which AWS writes them. */
function makeStatement(input: InputOf<'AddPermission'>, resource: string): PolicyStatement {
  const condition = conditionOf(input);
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principalOf(input.Principal),
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

const SERVICE = /^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com)$/;
const IDENTITY =
  /^arn:aws[a-z-]*:(iam::\d{12}:(root|user\/.+|role\/.+)|sts::\d{12}:assumed-role\/[^/]+\/.+)$/;

function principalOf(principal: string): PolicyPrincipal {
  if (principal === '*') return '*';
  if (SERVICE.test(principal)) return { Service: principal };
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (IDENTITY.test(principal)) return { AWS: principal };
  throw invalidParameter('The provided principal was invalid. Please check the principal and try again.');
}

function conditionOf(input: InputOf<'AddPermission'>): NonNullable<PolicyStatement['Condition']> {
  const equals = given({
    'AWS:SourceAccount': input.SourceAccount,
    'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType,
    'aws:PrincipalOrgID': input.PrincipalOrgID,
    'lambda:EventSourceToken': input.EventSourceToken,
  });
  const like = given({ 'AWS:SourceArn': input.SourceArn });
  const bool = given({ 'lambda:InvokedViaFunctionUrl': input.InvokedViaFunctionUrl?.toString() });
  return Object.fromEntries(
    Object.entries({ StringEquals: equals, ArnLike: like, Bool: bool }).filter(
      ([, keys]) => Object.keys(keys).length > 0,
    ),
  );
}

const given = (keys: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(keys).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

const getPolicy: OperationHandler<'GetPolicy'> = (input, { host }) => {
  const { name, qualifier } = resolveFunction(input.FunctionName, input.Qualifier, host);
  const policy = functionPolicies(host.functions.settings).get(name, qualifier ?? '');
  if (policy === undefined) throw noSuchResource();
  return { Policy: JSON.stringify(policy.document), RevisionId: policy.revisionId };
};

const removePermission: OperationHandler<'RemovePermission'> = (input, { host }) => {
  const { name, qualifier } = resolveFunction(input.FunctionName, input.Qualifier, host);
  if (!isThere(host.functions, name, undefined))
    throw resourceNotFound(`No policy found for: ${functionArn(host, name)}`);
  if (qualifier !== undefined && qualifierKind(qualifier) !== 'latest')
    if (!isThere(host.functions, name, qualifier)) throw qualifierNotFound(host, name, qualifier);
  const policies = functionPolicies(host.functions.settings);
  const policy = policies.get(name, qualifier ?? '');
  if (policy === undefined) throw noPolicy();
  const left = policy.document.Statement.filter(({ Sid }) => Sid !== input.StatementId);
  if (left.length === policy.document.Statement.length) throw statementNotFound(input.StatementId);
  if (input.RevisionId !== undefined && input.RevisionId !== policy.revisionId)
    throw revisionMismatch('GetPolicy');
  if (left.length === 0) policies.delete(name, qualifier ?? '');
  else policies.put(name, qualifier ?? '', { ...policy.document, Statement: left });
};

export const permissionOperations: OperationHandlers = {
  AddPermission: addPermission,
  GetPolicy: getPolicy,
  RemovePermission: removePermission,
};
