/** What the policy of a function, version or alias says to a request; accounts, services and URLs all ask here. */
import { functionArn, type ArnScope } from '../arn.ts';
import { settingQualifier } from '../functionSettings.ts';
import type { FunctionStore } from '../functionStore.ts';
import { evaluatePolicy, type Decision } from './evaluatePolicy.ts';
import { functionPolicies } from './functionPolicies.ts';
import { RequestContext, type Requester } from './requestContext.ts';

export interface FunctionRequest {
  readonly functionName: string;
  /** As it was asked for; absent for an unqualified request. */
  readonly qualifier?: string | undefined;
  /** `lambda:InvokeFunction` */
  readonly action: string;
  readonly requester: Requester;
  /** Condition keys beside those that follow from the function: its tags, account and region are added. */
  readonly keys: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/**
 * Policies belong to exactly what they were put on: that of a function says nothing about its aliases. A function that
 * does not exist allows and denies nothing.
 */
export function ruleOnFunction(
  functions: Pick<FunctionStore, 'get' | 'settings'>,
  scope: ArnScope,
  request: FunctionRequest,
): Decision {
  const { functionName, qualifier, requester, action } = request;
  // `$LATEST` has no policy of its own: it is judged by the function's, under its own ARN.
  const key = settingQualifier(qualifier);
  const policy = functionPolicies(functions.settings).get(functionName, key);
  const tags = functions.get(functionName)?.tags ?? {};
  return evaluatePolicy(policy?.document, {
    requester,
    action,
    resource: functionArn(scope, functionName, qualifier),
    context: new RequestContext({
      ...Object.fromEntries(
        Object.entries(tags).map(([name, value]) => [`aws:ResourceTag/${name}`, value] as const),
      ),
      'aws:ResourceAccount': scope.accountId,
      'aws:RequestedRegion': scope.region,
      ...request.keys,
    }),
  });
}
