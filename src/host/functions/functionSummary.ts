import type { AliasSummary, FunctionSummary, VersionsSummary } from '../../protocol/model.ts';
import type { AliasRecord } from './aliasRows.ts';
import { functionArn, type ArnScope } from './arn.ts';
import type { FunctionRecord } from './functionRecord.ts';

/** The record as clients of the control service see it. Values of variables stay here: they are often secrets. */
export function functionSummary(
  record: FunctionRecord,
  scope: ArnScope,
  buildError: string | undefined,
  more: { readonly versions?: VersionsSummary | undefined; readonly aliases: readonly AliasRecord[] },
): FunctionSummary {
  return {
    name: record.name,
    arn: functionArn(scope, record.name),
    ...(record.runtime === undefined ? {} : { runtime: record.runtime }),
    ...(record.handler === undefined ? {} : { handler: record.handler }),
    packageType: record.packageType,
    architecture: record.architecture,
    memorySize: record.memorySize,
    timeout: record.timeout,
    description: record.description,
    state: record.state,
    ...(record.stateReason === undefined ? {} : { stateReason: record.stateReason }),
    ...(record.lastUpdateStatus === undefined ? {} : { lastUpdateStatus: record.lastUpdateStatus }),
    lastModified: lambdaDate(record.lastModified),
    codeSize: record.codeSize,
    layers: record.layers.map(layer => layer.arn),
    environmentKeys: Object.keys(record.environment),
    ...(record.owner === undefined ? {} : { owner: record.owner }),
    ...(buildError === undefined ? {} : { buildError }),
    ...(record.code.kind === 'folder' ? { codeRoot: record.code.root } : {}),
    ...(more.versions === undefined ? {} : { versions: more.versions }),
    ...(more.aliases.length === 0 ? {} : { aliases: more.aliases.map(aliasSummary) }),
  };
}

const aliasSummary = ({ name, version, additional, description }: AliasRecord): AliasSummary => ({
  name,
  version,
  ...(additional === undefined ? {} : { additional }),
  description,
});

/** `2026-09-15T11:53:23.648+0000`, as Lambda writes dates in configurations. */
export const lambdaDate = (epochMs: number): string => new Date(epochMs).toISOString().replace('Z', '+0000');

/** `2026-09-28T09:33:40+0000`, as it writes them beside provisioned concurrency. */
export const wholeSecondsDate = (epochMs: number): string => lambdaDate(epochMs).replace(/\.\d{3}/, '');
