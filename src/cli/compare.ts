/** `lamplight compare` */
import { codeChanges } from '../client/controlCalls.ts';
import { settingsOf } from '../client/functionSettings.ts';
import type { FunctionSettings } from '../client/functionSettings.ts';
import { getFunctionConfiguration } from '../client/functions.ts';
import type { HostClient } from '../client/hostClient.ts';
import type { CodeChanges } from '../protocol/control.ts';
import { type Command, stateFlag, UsageError } from './command.ts';
import { withHost } from './locateHost.ts';
import { table } from './table.ts';
import { unifiedDiff } from './unifiedDiff.ts';

const LATEST = '$LATEST';

/** As of diff: nothing differs, something does, it could not be compared. */
const SAME = 0;
const DIFFERENT = 1;
const TROUBLE = 2;

export const compare: Command = {
  name: 'compare',
  operands: 'NAME',
  operandCount: { least: 1, most: 1 },
  summary: 'prints how configuration and files of two versions of a function differ',
  details: [
    `A version is a number, an alias or ${LATEST}. Descriptions are not compared.`,
    `The exit code is ${SAME} where nothing differs, ${DIFFERENT} where something does, ${TROUBLE} where it can't be told.`,
  ].join('\n'),
  flags: {
    ...stateFlag,
    from: { value: 'VERSION', help: 'the one that is before' },
    to: { value: 'VERSION', help: `the one that is after (default: ${LATEST})` },
    json: { help: 'prints both configurations and the changed files as JSON' },
  },
  failure: TROUBLE,
  async run(args, context) {
    const [name = ''] = args.operands;
    const from = args.text('from');
    const to = args.text('to') ?? LATEST;
    if (from === undefined) throw new UsageError('Name the version to compare with: --from 1');
    const { before, after, code } = await withHost(args, context, client => read(client, name, from, to));
    const settings = unifiedDiff(linesOf(before), linesOf(after));
    if (args.has('json'))
      context.out(`${JSON.stringify({ from: before, to: after, files: code.files }, undefined, 2)}\n`);
    else {
      if (settings !== '')
        context.out(`--- ${name}:${from} configuration\n+++ ${name}:${to} configuration\n${settings}`);
      context.out(table(code.files.map(({ change, path }) => [change, path])));
      if (code.truncated) context.err('There are more files that differ.\n');
    }
    return settings === '' && code.files.length === 0 ? SAME : DIFFERENT;
  },
};

interface Found {
  readonly before: FunctionSettings;
  readonly after: FunctionSettings;
  readonly code: CodeChanges;
}

async function read(client: HostClient, name: string, from: string, to: string): Promise<Found> {
  const settings = async (qualifier: string): Promise<FunctionSettings> => {
    // A note on a version, as a commit's message is.
    const { Description: _description, ...rest } = settingsOf(
      await getFunctionConfiguration(client, name, qualifier),
    );
    return rest;
  };
  const [before, after, code] = await Promise.all([
    settings(from),
    settings(to),
    codeChanges(client, name, from, to),
  ]);
  return { before, after, code };
}

const linesOf = (settings: FunctionSettings): string[] => JSON.stringify(settings, undefined, 2).split('\n');
