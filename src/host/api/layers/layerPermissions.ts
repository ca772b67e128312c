/** The policy of a layer version: who else may use it (spec/lambda-service.md §4; rows 1 to 5, 168 to 170, 248 to 251). */
import { randomUUID } from 'node:crypto';
import { layerVersionArn } from '../../functions/layers/layerArn.ts';
import type { LayerStatement } from '../../functions/layers/layerVersion.ts';
import { noPolicy, revisionMismatch, statementExists, statementNotFound } from '../errors.ts';
import type { InputOf, OperationHandler, OperationHandlers } from '../operation.ts';
import { checkPolicySize } from '../permissions.ts';
import { ownLayer } from './layerAccess.ts';

const addLayerVersionPermission: OperationHandler<'AddLayerVersionPermission'> = (input, call) => {
  const { layerArn, version, policy } = ownLayer(input.LayerName, input.VersionNumber, call);
  // Said before a stale revision, as of functions.
  if (policy?.statements.some(({ Sid }) => Sid === input.StatementId) === true)
    throw statementExists(input.StatementId);
  checkRevision(input.RevisionId, policy?.revisionId);
  const statement = makeStatement(input, layerVersionArn(layerArn, version));
  const statements = [...(policy?.statements ?? []), statement];
  checkPolicySize(documentOf(statements));
  const revisionId = randomUUID();
  call.host.functions.layers.setPolicy(layerArn, version, { revisionId, statements });
  return { Statement: JSON.stringify(statement), RevisionId: revisionId };
};

const getLayerVersionPolicy: OperationHandler<'GetLayerVersionPolicy'> = (input, call) => {
  const { policy } = ownLayer(input.LayerName, input.VersionNumber, call);
  if (policy === undefined) throw noPolicy();
  return { Policy: JSON.stringify(documentOf(policy.statements)), RevisionId: policy.revisionId };
};

const removeLayerVersionPermission: OperationHandler<'RemoveLayerVersionPermission'> = (input, call) => {
  const { layerArn, version, policy } = ownLayer(input.LayerName, input.VersionNumber, call);
  if (policy === undefined) throw noPolicy();
  const statements = policy.statements.filter(({ Sid }) => Sid !== input.StatementId);
  if (statements.length === policy.statements.length) throw statementNotFound(input.StatementId);
  checkRevision(input.RevisionId, policy.revisionId);
  call.host.functions.layers.setPolicy(
    layerArn,
    version,
    statements.length === 0 ? undefined : { revisionId: randomUUID(), statements },
  );
  return undefined;
};

function checkRevision(given: string | undefined, current: string | undefined): void {
  if (given !== undefined && given !== current) throw revisionMismatch('GetLayerPolicy');
}

const documentOf = (
  statements: readonly LayerStatement[],
): { Version: string; Id: string; Statement: readonly LayerStatement[] } => ({
  Version: '2012-10-17',
  Id: 'default',
  Statement: statements,
});

/** Members in the order in which AWS writes them. */
function makeStatement(input: InputOf<'AddLayerVersionPermission'>, resource: string): LayerStatement {
  const { Principal: principal, OrganizationId: organization } = input;
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { AWS: /^\d{12}$/.test(principal) ? rootOf(principal) : principal },
    Action: input.Action,
    Resource: resource,
    ...(organization === undefined
      ? {}
      : { Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } } }),
  };
}

const rootOf = (accountId: string): string => `arn:aws:iam::${accountId}:root`;

export const layerPermissionOperations: OperationHandlers = {
  AddLayerVersionPermission: addLayerVersionPermission,
  GetLayerVersionPolicy: getLayerVersionPolicy,
  RemoveLayerVersionPermission: removeLayerVersionPermission,
};
