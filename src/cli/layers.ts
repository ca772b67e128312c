/** `lamplight layers` */
import path from 'node:path';
import { importLayer, layerVersions, publishLayer } from '../client/controlCalls.ts';
import type { LayerVersionSummary } from '../protocol/model.ts';
import { type Arguments, type Command, type Context, stateFlag, UsageError } from './command.ts';
import { withHost } from './locateHost.ts';
import { table } from './table.ts';

export const layers: Command = {
  name: 'layers',
  operands: '[import ARN FILE | publish ARN]',
  operandCount: { least: 0, most: 3 },
  summary: "lists the host's layer versions, imports other accounts' and publishes templates'",
  details: [
    'import puts a zip, or a folder with what would be in it, under the ARN of a layer version of AWS or of another',
    'account: functions of templates that name it have it from their next start on. Get the zip with your own',
    'credentials, by the link that "aws lambda get-layer-version-by-arn --arn ARN" answers.',
    "publish keeps what a template's layer has now as its next version.",
  ].join('\n'),
  flags: {
    ...stateFlag,
    description: { value: 'TEXT', help: 'of what is imported' },
    json: { help: 'prints the layer versions as JSON' },
  },
  async run(args, context) {
    const [action, arn, file, ...more] = args.operands;
    if (action === undefined) return print(await withHost(args, context, layerVersions), args, context);
    if (action === 'import' && arn !== undefined && file !== undefined)
      return print([await bringIn(arn, file, args, context)], args, context);
    if (action === 'publish' && arn !== undefined && file === undefined && more.length === 0)
      return print([await withHost(args, context, host => publishLayer(host, arn), 'never')], args, context);
    throw new UsageError(`It is layers, layers import ARN FILE or layers publish ARN.`);
  },
};

function bringIn(arn: string, file: string, args: Arguments, context: Context): Promise<LayerVersionSummary> {
  const description = args.text('description');
  return withHost(args, context, host =>
    importLayer(host, {
      arn,
      path: path.resolve(context.cwd, file),
      ...(description === undefined ? {} : { description }),
    }),
  );
}

function print(found: readonly LayerVersionSummary[], args: Arguments, context: Context): number {
  if (args.has('json')) context.out(`${JSON.stringify(found, undefined, 2)}\n`);
  else if (found.length === 0) context.err('The host has no layers.\n');
  else context.out(table(found.map(layer => [layer.arn, layer.source, sizeOf(layer), layer.description])));
  return 0;
}

const sizeOf = ({ codeSize }: LayerVersionSummary): string =>
  codeSize < 1_000_000 ? `${Math.ceil(codeSize / 1_000)} KB` : `${(codeSize / 1_000_000).toFixed(1)} MB`;
