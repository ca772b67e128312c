/**
 * Whom a statement's Principal or NotPrincipal means. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
import { asList, type PolicyPrincipal } from './policyDocument.ts';
import type { Requester } from './requestContext.ts';

/** Federated and CanonicalUser are people who never come here: they match nobody. */
export function matchesPrincipal(principal: PolicyPrincipal, requester: Requester): boolean {
  if (principal === '*') return true;
  const { AWS, Service } = principal;
  if (asList(AWS).includes('*')) return true;
  switch (requester.kind) {
    case 'anonymous':
      return false;
    case 'service':
      return asList(Service).some(service => service === '*' || service === requester.service);
    case 'aws':
      return asList(AWS).some(value => identitiesOf(requester).some(identity => isNamed(value, identity)));
  }
}

/**
 * The reverse. A principal is only left out where the statement names it and everything it belongs to: a user together
 * with its account, a role's session together with its role and account.
 */
export function matchesNotPrincipal(principal: PolicyPrincipal, requester: Requester): boolean {
  if (principal === '*' || requester.kind !== 'aws') return !matchesPrincipal(principal, requester);
  const named = asList(principal.AWS);
  if (named.includes('*')) return false;
  return !identitiesOf(requester).every(identity => named.some(value => isNamed(value, identity)));
}

type Identity =
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'role'; readonly accountId: string; readonly name: string }
  | { readonly kind: 'arn'; readonly arn: string };

const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/./;
const ROOT = /^arn:[^:]+:iam::(\d{12}):root$/;

/** The requester and what it belongs to. */
function identitiesOf(requester: { readonly accountId: string; readonly arn: string }): readonly Identity[] {
  const { accountId, arn } = requester;
  const account: Identity = { kind: 'account', accountId };
  if (ROOT.test(arn)) return [account];
  const [, roleAccount, name] = SESSION.exec(arn) ?? [];
  const role: Identity[] =
    roleAccount === undefined || name === undefined ? [] : [{ kind: 'role', accountId: roleAccount, name }];
  return [account, ...role, { kind: 'arn', arn }];
}

function isNamed(value: string, identity: Identity): boolean {
  switch (identity.kind) {
    case 'account':
      return value === identity.accountId || ROOT.exec(value)?.[1] === identity.accountId;
    case 'role': {
      // A session's ARN does not tell the path of its role.
      const [, accountId, name] = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(value) ?? [];
      return accountId === identity.accountId && name === identity.name;
    }
    case 'arn':
      return value === identity.arn;
  }
}
