/** The operations of aliases (spec/lambda-service.md §3.2). */
import type { AliasRecord } from '../functions/aliasRows.ts';
import { functionArn } from '../functions/arn.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';
import type { LambdaServiceOptions } from './call.ts';
import {
  functionNotFound,
  invalidParameter,
  resourceConflict,
  resourceNotFound,
  revisionMismatch,
  untypedInvalidParameter,
} from './errors.ts';
import { resolveFunction } from './functionName.ts';
import type { InputOf, OperationHandler, OperationHandlers, OutputOf } from './operation.ts';
import { makePage } from './paging.ts';
import { requireFunction } from './requireFunction.ts';

type Routing = NonNullable<InputOf<'CreateAlias'>['RoutingConfig']>;
type NewAlias = Omit<AliasRecord, 'revisionId'>;

const createAlias: OperationHandler<'CreateAlias'> = (input, { host }) => {
  const { name } = resolveFunction(input.FunctionName, undefined, host);
  const primary = requireVersion(name, input.FunctionVersion, host);
  if (host.functions.aliases.get(name, input.Name) !== undefined)
    throw resourceConflict(`Alias already exists: ${functionArn(host, name, input.Name)}`);
  const additional = additionalOf(input.RoutingConfig);
  if (additional !== undefined) checkRouting(primary, additional.version, host);
  const alias = {
    name: input.Name,
    version: input.FunctionVersion,
    ...(additional === undefined ? {} : { additional }),
    description: input.Description ?? '',
  };
  return configurationOf(name, host.functions.aliases.put(name, alias), host);
};

const getAlias: OperationHandler<'GetAlias'> = (input, { host }) => {
  const { name } = resolveFunction(input.FunctionName, undefined, host);
  const alias = host.functions.aliases.get(name, input.Name);
  if (alias === undefined)
    throw resourceNotFound(`Cannot find alias arn: ${functionArn(host, name, input.Name)}`);
  return configurationOf(name, alias, host);
};

/** What is absent stays; an empty RoutingConfig clears it. Every success has a new revision id, also where nothing changes. */
const updateAlias: OperationHandler<'UpdateAlias'> = (input, { host }) => {
  const { name } = resolveFunction(input.FunctionName, undefined, host);
  const before = host.functions.aliases.get(name, input.Name);
  if (before === undefined) throw resourceNotFound(`Alias not found: ${functionArn(host, name, input.Name)}`);
  if (input.RevisionId !== undefined && input.RevisionId !== before.revisionId) throw revisionMismatch();
  const version = input.FunctionVersion ?? before.version;
  const primary = requireVersion(name, version, host);
  const additional =
    input.RoutingConfig === undefined ? before.additional : additionalOf(input.RoutingConfig);
  if (additional !== undefined) checkRouting(primary, additional.version, host);
  const alias: NewAlias = {
    name: before.name,
    version,
    ...(additional === undefined ? {} : { additional }),
    description: input.Description ?? before.description,
  };
  return configurationOf(name, host.functions.aliases.put(name, alias), host);
};

/** Deleting one that does not exist succeeds. */
const deleteAlias: OperationHandler<'DeleteAlias'> = (input, { host }) => {
  const { name } = resolveFunction(input.FunctionName, undefined, host);
  requireFunction(name, undefined, host);
  host.functions.aliases.delete(name, input.Name);
};

/** As many as are asked for: AWS gives more than 50 of these at once (recorded). */
const PAGE = 10_000;

const listAliases: OperationHandler<'ListAliases'> = (input, { host }) => {
  const { name } = resolveFunction(input.FunctionName, undefined, host);
  requireFunction(name, undefined, host);
  const aliases = host.functions.aliases
    .list(name)
    .filter(({ version }) => input.FunctionVersion === undefined || version === input.FunctionVersion);
  const page = makePage(aliases, alias => alias.name, {
    size: input.MaxItems ?? PAGE,
    marker: input.Marker,
  });
  return {
    NextMarker: page.nextMarker,
    Aliases: page.items.map(alias => configurationOf(name, alias, host)),
  };
};

export const aliasOperations: OperationHandlers = {
  CreateAlias: createAlias,
  GetAlias: getAlias,
  UpdateAlias: updateAlias,
  DeleteAlias: deleteAlias,
  ListAliases: listAliases,
};

/** In the order in which AWS writes it. */
function configurationOf(
  functionName: string,
  { name, version, additional, description, revisionId }: AliasRecord,
  host: LambdaServiceOptions,
): OutputOf<'GetAlias'> {
  return {
    AliasArn: functionArn(host, functionName, name),
    Description: description,
    FunctionVersion: version,
    Name: name,
    RevisionId: revisionId,
    RoutingConfig:
      additional === undefined
        ? null
        : { AdditionalVersionWeights: { [additional.version]: additional.weight } },
  };
}

/** Rows 23 to 25: the function's absence is told as the version's. */
function requireVersion(name: string, version: string, host: LambdaServiceOptions): FunctionRecord {
  const record = host.functions.get(name, version);
  if (record === undefined) throw functionNotFound(functionArn(host, name, version));
  return record;
}

/** Row 19. */
function additionalOf(routing: Routing | undefined): AliasRecord['additional'] {
  const [first, ...more] = Object.entries(routing?.AdditionalVersionWeights ?? {});
  if (more.length > 0)
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  return first === undefined ? undefined : { version: first[0], weight: first[1] };
}

/** Rows 20, 21, 24; the last two as recorded on AWS in 2026-09 (radkawar/stackd, alias_routing). */
function checkRouting(primary: FunctionRecord, version: string, host: LambdaServiceOptions): void {
  if (version === primary.version)
    throw invalidParameter(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    );
  if (primary.version === '$LATEST')
    throw untypedInvalidParameter('$LATEST is not supported for an alias pointing to more than 1 version');
  const additional = requireVersion(primary.name, version, host);
  if (additional.role !== primary.role)
    throw untypedInvalidParameter('Specified versions must be associated with the same execution role');
  if (deadLetterTarget(additional) !== deadLetterTarget(primary))
    throw untypedInvalidParameter('Specified versions must be configured with the same DLQ target');
}

const deadLetterTarget = ({ extra }: FunctionRecord): string | undefined =>
  (extra['DeadLetterConfig'] as { readonly TargetArn?: string } | undefined)?.TargetArn;
