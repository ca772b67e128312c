/** Reads a command's arguments; every mistake is named together with what would be right. */
import { parseArgs } from 'node:util';
import { type Arguments, type Command, type Flag, UsageError } from './command.ts';

/** Throws {@link UsageError}. `--` ends the flags, as everywhere. */
export function readArguments(command: Command, argv: readonly string[]): Arguments {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(command.flags).map(([name, flag]) => [
        name,
        { type: flag.value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const operands: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = Object.hasOwn(command.flags, token.name) ? command.flags[token.name] : undefined;
    if (flag === undefined) throw new UsageError(`Unknown option ${token.rawName}. ${known(command)}`);
    values.set(token.name, [...(values.get(token.name) ?? []), valueOf(token, flag)]);
  }
  const { least, most } = command.operandCount;
  if (operands.length < least)
    throw new UsageError(`${command.operands} is missing: lamplight ${command.name} ${command.operands}`);
  const extra = operands[most];
  if (extra !== undefined)
    throw new UsageError(
      `One argument too many: ${extra} (lamplight ${`${command.name} ${command.operands}`.trim()})`,
    );
  return {
    operands,
    text: flag => values.get(flag)?.at(-1),
    texts: flag => values.get(flag) ?? [],
    has: flag => values.has(flag),
  };
}

function valueOf(token: { rawName: string; value?: string | undefined }, flag: Flag): string {
  if (flag.value === undefined) {
    if (token.value !== undefined)
      throw new UsageError(`${token.rawName} takes no value, and was given ${token.value}.`);
    return '';
  }
  if (token.value === undefined || token.value === '')
    throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${flag.value}`);
  if (/^[a-z]+(\|[a-z]+)+$/i.test(flag.value) && !flag.value.split('|').includes(token.value))
    throw new UsageError(`${token.rawName} is one of ${flag.value}, not ${token.value}.`);
  return token.value;
}

function known(command: Command): string {
  const names = Object.entries(command.flags)
    .filter(([, flag]) => flag.internal !== true)
    .map(([name]) => `--${name}`);
  return `lamplight ${command.name} takes ${names.join(', ')} and --help.`;
}
