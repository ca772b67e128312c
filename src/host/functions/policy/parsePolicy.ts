/**
 * Reads a policy document that somebody wrote. Source of the grammar:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { parseOperator } from './conditionOperators.ts';
import type { PolicyDocument, PolicyStatement } from './policyDocument.ts';

/** Says what is wrong with the document. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

type Json = Readonly<Record<string, unknown>>;

const VERSIONS = ['2012-10-17', '2008-10-17'];
const PRINCIPALS = ['AWS', 'Service', 'Federated', 'CanonicalUser'];
const STATEMENT = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/**
 * Throws a {@link PolicyError} for what is no resource-based policy.
 * @param service whose actions the policy is about, as they begin
 */
export function parsePolicy(text: string, service = 'lambda'): PolicyDocument {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new PolicyError('The policy is not valid JSON.');
  }
  const document = object(parsed, 'The policy');
  onlyMembers(document, ['Version', 'Id', 'Statement'], 'The policy');
  const { Version, Id, Statement } = document;
  if (Version !== undefined && !VERSIONS.includes(Version as string))
    throw new PolicyError(`The policy's Version must be one of ${VERSIONS.join(', ')}.`);
  if (Id !== undefined && typeof Id !== 'string') throw new PolicyError("The policy's Id must be a string.");
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).map((statement: unknown, index) =>
    parseStatement(statement, index, service),
  );
  if (Statement === undefined || statements.length === 0)
    throw new PolicyError('The policy must contain at least one statement.');
  const ids = statements.flatMap(statement => statement.Sid ?? []);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new PolicyError(`Statement IDs must be unique: ${twice} is used twice.`);
  return { ...(document as Omit<PolicyDocument, 'Statement'>), Statement: statements };
}

function parseStatement(value: unknown, index: number, service: string): PolicyStatement {
  const what = `Statement ${index + 1}`;
  const statement = object(value, what);
  onlyMembers(statement, STATEMENT, what);
  const { Sid, Effect, Condition } = statement;
  if (Sid !== undefined && typeof Sid !== 'string') throw new PolicyError(`${what}: Sid must be a string.`);
  if (Effect !== 'Allow' && Effect !== 'Deny')
    throw new PolicyError(`${what}: Effect must be Allow or Deny.`);
  checkPrincipal(oneOf(statement, 'Principal', 'NotPrincipal', what), what);
  checkActions(oneOf(statement, 'Action', 'NotAction', what), what, service);
  checkResources(oneOf(statement, 'Resource', 'NotResource', what), what);
  if (Condition !== undefined) checkCondition(object(Condition, `${what}: Condition`), what);
  return statement as unknown as PolicyStatement;
}

function oneOf(statement: Json, element: string, opposite: string, what: string): unknown {
  const given = [element, opposite].filter(name => statement[name] !== undefined);
  if (given.length !== 1)
    throw new PolicyError(`${what} must contain either ${element} or ${opposite}, and not both.`);
  return statement[given[0] ?? ''];
}

const PRINCIPAL_ARN =
  /^(\*|\d{12}|arn:aws[a-z-]*:iam::\d{12}:(root|user\/[^*]+|role\/[^*]+)|arn:aws[a-z-]*:sts::\d{12}:(assumed-role|federated-user)\/[^*]+)$/;

function checkPrincipal(principal: unknown, what: string): void {
  if (principal === '*') return;
  const members = object(principal, `${what}: Principal`);
  onlyMembers(members, PRINCIPALS, `${what}: Principal`);
  for (const [kind, value] of Object.entries(members))
    for (const name of strings(value, `${what}: the principal ${kind}`))
      if (kind === 'AWS' && !PRINCIPAL_ARN.test(name))
        throw new PolicyError(`${what}: the principal "${name}" is invalid.`);
  if (Object.keys(members).length === 0) throw new PolicyError(`${what}: Principal must not be empty.`);
}

function checkActions(value: unknown, what: string, service: string): void {
  const known = new RegExp(`^(\\*|${service}:[a-z*?]+)$`, 'i');
  for (const action of strings(value, `${what}: Action`))
    if (!known.test(action))
      throw new PolicyError(
        `${what}: the action "${action}" is not one of ${service === 'lambda' ? 'Lambda' : service}'s.`,
      );
}

function checkResources(value: unknown, what: string): void {
  for (const resource of strings(value, `${what}: Resource`))
    if (resource !== '*' && !resource.startsWith('arn:'))
      throw new PolicyError(`${what}: the resource "${resource}" must be an ARN or "*".`);
}

function checkCondition(condition: Json, what: string): void {
  for (const [operator, keys] of Object.entries(condition)) {
    if (parseOperator(operator) === undefined)
      throw new PolicyError(`${what}: "${operator}" is not a condition operator.`);
    for (const [key, wanted] of Object.entries(object(keys, `${what}: ${operator}`))) {
      const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
      if (values.length === 0 || values.some(one => !['string', 'number', 'boolean'].includes(typeof one)))
        throw new PolicyError(
          `${what}: the condition ${operator} on ${key} needs a value or a list of values.`,
        );
    }
  }
}

function object(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PolicyError(`${what} must be an object.`);
  return value as Json;
}

function strings(value: unknown, what: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.some(item => typeof item !== 'string' || item === ''))
    throw new PolicyError(`${what} must be a string or a list of strings.`);
  return list as readonly string[];
}

function onlyMembers(value: Json, allowed: readonly string[], what: string): void {
  const unknown = Object.keys(value).find(name => !allowed.includes(name));
  if (unknown !== undefined) throw new PolicyError(`${what} has an unknown member "${unknown}".`);
}
