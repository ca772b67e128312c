/** `lamplight list` */
import { functionSummaries } from '../client/controlCalls.ts';
import { listFunctions } from '../client/functions.ts';
import type { AliasSummary, FunctionSummary } from '../protocol/model.ts';
import { type Command, stateFlag } from './command.ts';
import { withHost } from './locateHost.ts';
import { table } from './table.ts';

export const list: Command = {
  name: 'list',
  operands: '',
  operandCount: { least: 0, most: 0 },
  summary: 'lists the functions of the running host, and what their aliases stand for',
  flags: { ...stateFlag, json: { help: "prints Lambda's own function configurations as a JSON array" } },
  async run(args, context) {
    if (args.has('json')) {
      const configurations = await withHost(args, context, listFunctions);
      context.out(`${JSON.stringify(configurations, undefined, 2)}\n`);
      return 0;
    }
    const functions = await withHost(args, context, functionSummaries);
    if (functions.length === 0) context.err('The host has no functions.\n');
    else context.out(table(functions.map(row)));
    return 0;
  },
};

function row(one: FunctionSummary): string[] {
  return [
    one.name,
    one.runtime ?? one.packageType,
    one.handler ?? '',
    one.state === 'Active' ? '' : one.state,
    (one.aliases ?? []).map(aliasText).join(', '),
  ];
}

/** `live → 3`, or `live → 3 and 10 % → 4` of an alias of two versions. */
function aliasText({ name, version, additional }: AliasSummary): string {
  if (additional === undefined) return `${name} → ${version}`;
  const share = Math.round(additional.weight * 1_000) / 10;
  return `${name} → ${version} and ${share} % → ${additional.version}`;
}
