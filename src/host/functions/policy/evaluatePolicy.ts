/**
 * Rules whether a resource-based policy lets a request through. Deny wins over Allow, and what nobody allows is not
 * allowed. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { parseOperator, type ParsedOperator } from './conditionOperators.ts';
import { matchesNotPrincipal, matchesPrincipal } from './matchPrincipal.ts';
import {
  asList,
  type ConditionValue,
  type OneOrMore,
  type PolicyCondition,
  type PolicyDocument,
  type PolicyStatement,
} from './policyDocument.ts';
import { matchesAction, matchesArn, type ResolveVariable } from './policyPattern.ts';
import type { PolicyRequest, RequestContext } from './requestContext.ts';

export type Decision = 'allow' | 'explicitDeny' | 'implicitDeny';

/** Without a policy nothing is allowed, and nothing denied. */
export function evaluatePolicy(document: PolicyDocument | undefined, request: PolicyRequest): Decision {
  if (document === undefined) return 'implicitDeny';
  const resolve: ResolveVariable | undefined =
    document.Version === '2012-10-17' ? key => request.context.single(key) : undefined;
  let isAllowed = false;
  for (const statement of document.Statement) {
    if (!applies(statement, request, resolve)) continue;
    if (statement.Effect === 'Deny') return 'explicitDeny';
    isAllowed = true;
  }
  return isAllowed ? 'allow' : 'implicitDeny';
}

function applies(
  statement: PolicyStatement,
  request: PolicyRequest,
  resolve: ResolveVariable | undefined,
): boolean {
  const { requester, action, resource, context } = request;
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement;
  if (Principal !== undefined && !matchesPrincipal(Principal, requester)) return false;
  if (NotPrincipal !== undefined && !matchesNotPrincipal(NotPrincipal, requester)) return false;
  // A resource's policy without principals speaks of nobody.
  if (Principal === undefined && NotPrincipal === undefined) return false;
  const isAction = (pattern: string): boolean => matchesAction(pattern, action);
  if (!isMeant(Action, NotAction, isAction)) return false;
  const isResource = (pattern: string): boolean => matchesArn(pattern, resource, { resolve });
  return isMeant(Resource, NotResource, isResource) && conditionsHold(Condition ?? {}, context, resolve);
}

/** Named by the element, or not named by its opposite; a statement with neither of the two means nothing. */
function isMeant(
  element: OneOrMore<string> | undefined,
  opposite: OneOrMore<string> | undefined,
  matches: (pattern: string) => boolean,
): boolean {
  if (element !== undefined) return asList(element).some(matches);
  return opposite !== undefined && !asList(opposite).some(matches);
}

/** All operators and keys have to hold; an operator that is none never does. */
function conditionsHold(
  condition: PolicyCondition,
  context: RequestContext,
  resolve: ResolveVariable | undefined,
): boolean {
  return Object.entries(condition).every(([name, keys]) => {
    const parsed = parseOperator(name);
    return (
      parsed !== undefined &&
      Object.entries(keys).every(([key, wanted]) => holds(parsed, context.values(key), wanted, resolve))
    );
  });
}

function holds(
  { operator, set, ifExists }: ParsedOperator,
  values: readonly string[] | undefined,
  wanted: OneOrMore<ConditionValue>,
  resolve: ResolveVariable | undefined,
): boolean {
  const texts = asList(wanted).map(String);
  if (operator === 'null')
    return texts.some(text => text.toLowerCase() === (values === undefined ? 'true' : 'false'));
  if (values === undefined) return ifExists || set === 'all' || (operator.isNegated && set !== 'any');
  const satisfies = (value: string): boolean => texts.some(text => operator.compare(value, text, resolve));
  if (operator.isNegated)
    return set === 'any' ? values.some(value => !satisfies(value)) : values.every(value => !satisfies(value));
  return set === 'all' ? values.every(satisfies) : values.some(satisfies);
}
