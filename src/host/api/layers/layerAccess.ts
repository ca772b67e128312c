/** From what a request names to a layer version, and whether the caller may read it (spec/lambda-service.md §4). */
import { layerArn, layerVersionArn, parseLayerVersionArn } from '../../functions/layers/layerArn.ts';
import type { LayerVersion } from '../../functions/layers/layerVersion.ts';
import { howToImport } from '../../functions/layers/missingLayer.ts';
import { evaluatePolicy } from '../../functions/policy/evaluatePolicy.ts';
import { RequestContext } from '../../functions/policy/requestContext.ts';
import type { ApiCall } from '../call.ts';
import { requestKeys, requesterOf } from '../callerKeys.ts';
import { accessDenied, invalidParameter, noSuchResource, otherAccount, resourceNotFound } from '../errors.ts';

/** The layer's ARN, without version: a plain name is one of the caller's own account. */
export function layerOf(nameOrArn: string, { host, request }: ApiCall): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  return layerArn({ region: host.region, accountId: request.caller.accountId }, nameOrArn);
}

export const accountOf = (arn: string): string => arn.split(':')[4] ?? '';
export const regionOf = (arn: string): string => arn.split(':')[3] ?? '';

/** Whether it belongs to somebody whose layers are only here when they were imported. */
const isElsewhere = (arn: string, { host, request }: ApiCall): boolean =>
  regionOf(arn) !== host.region || ![host.accountId, request.caller.accountId].includes(accountOf(arn));

/** Rows 117, 162, 163. */
export function checkNumber(version: number): void {
  if (version < 1) throw invalidParameter('Layer Version Cannot be less than 1');
}

/** A layer of another account says so in its policy; one that was imported is there to be used. */
export function mayRead(layer: LayerVersion, call: ApiCall): boolean {
  if (layer.source === 'imported' || accountOf(layer.layerArn) === call.request.caller.accountId) return true;
  const document = layer.policy && { Version: '2012-10-17', Statement: layer.policy.statements };
  return (
    evaluatePolicy(document, {
      requester: requesterOf(call),
      action: 'lambda:GetLayerVersion',
      resource: layerVersionArn(layer.layerArn, layer.version),
      context: new RequestContext(requestKeys(call)),
    }) === 'allow'
  );
}

/** Row C13. */
const mayNotRead = (arn: string, { request }: ApiCall): Error =>
  accessDenied(
    `User: ${request.caller.arn} is not authorized to perform: lambda:GetLayerVersion on resource: ${arn} because no resource-based policy allows the lambda:GetLayerVersion action`,
  );

/** For whoever wants to read it. Throws as rows 164 to 166 say, with what to do about a layer of somebody else's. */
export function readLayer(layer: string, version: number, call: ApiCall): LayerVersion {
  const found = call.host.functions.layers.get(layer, version);
  const arn = layerVersionArn(layer, version);
  if (found === undefined)
    throw isElsewhere(arn, call)
      ? resourceNotFound(`The resource you requested does not exist. ${howToImport(arn)}`)
      : noSuchResource();
  if (!mayRead(found, call)) throw mayNotRead(arn, call);
  return found;
}

/** For whoever changes what belongs to it. Throws as rows 3, 4, 168, 169, 249 and 250 say, and for another account's. */
export function ownLayer(nameOrArn: string, version: number, call: ApiCall): LayerVersion {
  checkNumber(version);
  const layer = layerOf(nameOrArn, call);
  checkOwner(layer, call);
  const found = call.host.functions.layers.get(layer, version);
  if (found === undefined)
    throw resourceNotFound(`Layer version ${layerVersionArn(layer, version)} does not exist.`);
  return found;
}

/** The host's owner may do everything with what was imported. */
export function checkOwner(layer: string, call: ApiCall): void {
  const isOwners = call.request.caller.kind === 'owner';
  if (accountOf(layer) !== call.request.caller.accountId && !isOwners) throw otherAccount();
}

/** For a function that wants what a version's ARN names. Throws InvalidParameterValueException and row C13. */
export function checkAttachable(arn: string, call: ApiCall): void {
  const parsed = parseLayerVersionArn(arn);
  const found = parsed && call.host.functions.layers.get(parsed.layerArn, parsed.version);
  if (found === undefined) {
    const missing = `Layer version ${arn} does not exist.`;
    throw invalidParameter(
      parsed === undefined || !isElsewhere(arn, call) ? missing : `${missing} ${howToImport(arn)}`,
    );
  }
  if (!mayRead(found, call)) throw mayNotRead(arn, call);
}
