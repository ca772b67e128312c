/**
 * Who may do what. The owner may do everything. The keys of an execution environment may use Lambda and read, never change
 * anything (DESIGN.md rule 7). Another account, which `--accept-any-credentials` lets in, may do to a function what the
 * function's policy allows it. Where policies are enforced, what they deny is denied to the owner's account too.
 */
import { functionArn } from '../functions/arn.ts';
import { ruleOnFunction } from '../functions/policy/ruleOnFunction.ts';
import type { ApiCall } from './call.ts';
import { requestKeys, requesterOf } from './callerKeys.ts';
import { accessDenied, functionNotFound, notSupported, otherAccount } from './errors.ts';
import { scopeOfName, splitName } from './functionName.ts';
import type { OperationName } from './operation.ts';

/** Operations by which a running function uses Lambda, beside those that only read. */
const USES: ReadonlySet<OperationName> = new Set<OperationName>([
  'Invoke',
  'InvokeAsync',
  'InvokeWithResponseStream',
  'CheckpointDurableExecution',
  'SendDurableExecutionCallbackSuccess',
  'SendDurableExecutionCallbackFailure',
  'SendDurableExecutionCallbackHeartbeat',
]);

const isUse = (operation: OperationName): boolean =>
  USES.has(operation) || operation.startsWith('Get') || operation.startsWith('List');

/** IAM's action for an operation: invocations have one for all. */
const actionOf = (operation: OperationName): string =>
  operation.startsWith('Invoke') ? 'lambda:InvokeFunction' : `lambda:${operation}`;

/**
 * Throws AccessDeniedException, in IAM's words, and for another account what it would get in AWS: its own functions are
 * not there, and ours refuse without a word.
 */
export function authorize(call: ApiCall): void {
  const { request, host } = call;
  if (request.caller.accountId !== host.accountId) {
    authorizeForeign(call);
    return;
  }
  if (request.caller.kind === 'environment' && !isUse(call.route.operation))
    throw accessDenied(
      `${whoDoesWhat(call)} because no identity-based policy allows the ${actionOf(call.route.operation)} action`,
    );
  if (host.enforcePolicies && decide(call) === 'explicitDeny')
    throw accessDenied(`${whoDoesWhat(call)} with an explicit deny in a resource-based policy`);
}

interface Named {
  readonly name: string;
  readonly qualifier?: string;
  /** Where the request says them. */
  readonly accountId?: string;
  readonly region?: string;
}

/** The function that a request is about, if it is about one. */
function namedFunction({ route, request }: ApiCall): Named | undefined {
  const { FunctionName, Resource, ResourceArn } = route.labels;
  const text = FunctionName ?? [Resource, ResourceArn].find(arn => arn?.includes(':function:') === true);
  if (text === undefined) return undefined;
  const given = FunctionName === undefined ? undefined : (request.query.get('Qualifier') ?? undefined);
  return { ...splitName(text, given), ...scopeOfName(text) };
}

function decide(call: ApiCall): ReturnType<typeof ruleOnFunction> {
  const named = namedFunction(call);
  if (named === undefined) return 'implicitDeny';
  return ruleOnFunction(call.host.functions, call.host, {
    functionName: named.name,
    qualifier: named.qualifier,
    action: actionOf(call.route.operation),
    requester: requesterOf(call),
    keys: requestKeys(call),
  });
}

function authorizeForeign(call: ApiCall): void {
  const { request, route, host } = call;
  const { accountId } = request.caller;
  // Another account may have layers here, to try sharing them: layers/layerAccess.ts rules on each.
  if (route.operation.includes('Layer')) return;
  const named = namedFunction(call);
  // Where there is nothing of that account's, there is nothing to list or to make either.
  if (named === undefined)
    throw notSupported(
      `${route.operation} for the account ${accountId} (this host keeps the functions of ${host.accountId}: name them by their whole ARN, or start with --account ${accountId})`,
    );
  if ((named.accountId ?? accountId) !== host.accountId)
    throw named.accountId === undefined || named.accountId === accountId
      ? functionNotFound(functionArn({ ...host, accountId }, named.name, named.qualifier))
      : otherAccount();
  // Said by the operation itself, as to everybody.
  if (named.region !== undefined && named.region !== host.region) return;
  if (decide(call) !== 'allow') throw otherAccount();
}

function whoDoesWhat(call: ApiCall): string {
  const { request, route, host } = call;
  const named = namedFunction(call);
  const resource = named === undefined ? '*' : functionArn(host, named.name, named.qualifier);
  return `User: ${request.caller.arn} is not authorized to perform: ${actionOf(route.operation)} on resource: ${resource}`;
}
