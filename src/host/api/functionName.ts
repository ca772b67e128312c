/** The forms of a function's name (spec/lambda-service.md §2.1): plain, partial ARN, full ARN, each with a qualifier. */
import { functionArn, type ArnScope } from '../functions/arn.ts';
import { functionNotFound, invalidParameter, otherAccount, resourceNotFound } from './errors.ts';

export interface FunctionReference {
  /** Plain name. */
  readonly name: string;
  /** As the caller wrote it, in the name or beside it; absent for an unqualified call. */
  readonly qualifier?: string;
}

const FORM =
  /^(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:(?<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9-_.]+)(?::(?<qualifier>\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/;

/**
 * Takes a name that has passed the model's pattern apart. Throws InvalidParameterValueException for two qualifiers that
 * differ, ResourceNotFoundException for another region, AccessDeniedException for another account.
 */
export function resolveFunction(
  functionName: string,
  qualifier: string | undefined,
  scope: ArnScope,
): FunctionReference {
  const reference = splitName(functionName, qualifier);
  checkScope(functionName, scope);
  return reference;
}

/** The first half of {@link resolveFunction}: only what needs no other knowledge. */
export function splitName(functionName: string, qualifier?: string): FunctionReference {
  // Nearly all callers write the plain name.
  if (!functionName.includes(':'))
    return qualifier === undefined ? { name: functionName } : { name: functionName, qualifier };
  const groups = FORM.exec(functionName)?.groups;
  const derived = groups?.['qualifier'];
  if (derived !== undefined && qualifier !== undefined && derived !== qualifier)
    throw invalidParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  const effective = derived ?? qualifier;
  return {
    name: groups?.['name'] ?? functionName,
    ...(effective === undefined ? {} : { qualifier: effective }),
  };
}

/** Account and region, where a name says them. */
export function scopeOfName(functionName: string): { readonly accountId?: string; readonly region?: string } {
  const groups = FORM.exec(functionName)?.groups;
  const [accountId, region] = [groups?.['account'], groups?.['region']];
  return {
    ...(accountId === undefined ? {} : { accountId }),
    ...(region === undefined ? {} : { region }),
  };
}

/** The second half: is it reachable here? */
export function checkScope(functionName: string, scope: ArnScope): void {
  if (!functionName.includes(':')) return;
  const groups = FORM.exec(functionName)?.groups;
  const region = groups?.['region'];
  if (region !== undefined && region !== scope.region)
    throw resourceNotFound(`Functions from '${region}' are not reachable in this region ('${scope.region}')`);
  const account = groups?.['account'];
  if (account !== undefined && account !== scope.accountId) throw otherAccount();
}

export const missing = (reference: FunctionReference, scope: ArnScope): Error =>
  functionNotFound(functionArn(scope, reference.name, reference.qualifier));
