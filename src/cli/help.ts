/** The texts of `--help`. */
import type { Command } from './command.ts';

export function commandHelp(command: Command): string {
  const flags = Object.entries(command.flags)
    .filter(([, flag]) => flag.internal !== true)
    .map(([name, flag]): [string, string] => [
      flag.value === undefined ? `--${name}` : `--${name} ${flag.value}`,
      flag.help,
    ]);
  return [
    `lamplight ${command.name}${command.operands === '' ? '' : ` ${command.operands}`}${flags.length > 0 ? ' [OPTIONS]' : ''}`,
    '',
    capital(command.summary),
    ...(command.details === undefined ? [] : ['', command.details]),
    '',
    ...columns([...flags, ['--help', 'prints this']]),
    '',
  ].join('\n');
}

export function overallHelp(commands: readonly Command[], version: string): string {
  return [
    `Lamplight ${version}: a local AWS Lambda.`,
    '',
    'lamplight COMMAND [OPTIONS]',
    '',
    ...columns(commands.map(command => [`${command.name} ${command.operands}`.trim(), command.summary])),
    '',
    'lamplight COMMAND --help prints the options of a command.',
    '',
  ].join('\n');
}

/** Rows of two columns, the first as wide as its longest entry. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
