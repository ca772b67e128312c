/** `lamplight list` */
import { type FunctionConfiguration, listFunctions } from '../client/functions.ts';
import { type Command, stateFlag } from './command.ts';
import { withHost } from './locateHost.ts';
import { table } from './table.ts';

export const list: Command = {
  name: 'list',
  operands: '',
  operandCount: { least: 0, most: 0 },
  summary: 'lists the functions of the running host',
  flags: { ...stateFlag, json: { help: "prints Lambda's own function configurations as a JSON array" } },
  async run(args, context) {
    const functions = await withHost(args, context, listFunctions);
    if (args.has('json')) context.out(`${JSON.stringify(functions, undefined, 2)}\n`);
    else if (functions.length === 0) context.err('The host has no functions.\n');
    else context.out(table(functions.map(row)));
    return 0;
  },
};

function row(one: FunctionConfiguration): string[] {
  const state = one.State === undefined || one.State === 'Active' ? '' : one.State;
  return [one.FunctionName, one.Runtime ?? one.PackageType ?? '', one.Handler ?? '', state];
}
