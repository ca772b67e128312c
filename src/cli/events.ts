/** `lamplight events` */
import { type Command, UsageError } from './command.ts';
import { sampleIds, sampleText } from './sampleText.ts';

export const events: Command = {
  name: 'events',
  operands: '[ID]',
  operandCount: { least: 0, most: 1 },
  summary: 'lists the ids of the sample events, or prints one',
  details: 'No host is needed. Send one: lamplight invoke NAME --event sample:ID',
  flags: {
    state: {
      value: 'DIR',
      help: 'taken for likeness with the other commands; the catalogue is the same everywhere',
    },
    set: {
      value: 'NAME=TEXT',
      repeated: true,
      help: 'value of a parameter of the event; may be given several times',
    },
  },
  async run(args, context) {
    const [id] = args.operands;
    if (id === undefined) {
      for (const one of await sampleIds()) context.out(`${one}\n`);
      return 0;
    }
    const values = args.texts('set').map((text): [string, string] => {
      const equals = text.indexOf('=');
      if (equals < 1) throw new UsageError(`--set takes NAME=TEXT, not ${text}.`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    });
    context.out(`${await sampleText(id, Object.fromEntries(values))}\n`);
    return 0;
  },
};
