/** From arguments to an exit code. */
import { AwsCallError } from '../client/callError.ts';
import { VERSION } from '../protocol/version.ts';
import { readArguments } from './arguments.ts';
import { type Command, type Context, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { commandHelp, overallHelp } from './help.ts';

/** Exit code of a call that nobody could understand. */
const USAGE = 2;

/** Runs the command that the arguments name and resolves with its exit code; what goes wrong is printed. */
export async function runCommandLine(argv: readonly string[], context: Context): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = commands.find(command => command.name === rest[0]);
    const text = asked === undefined ? overallHelp(commands, VERSION) : commandHelp(asked);
    (name === undefined ? context.err : context.out)(text);
    return name === undefined ? USAGE : 0;
  }
  if (name === '--version' || name === '-v') {
    context.out(`${VERSION}\n`);
    return 0;
  }
  const command = commands.find(one => one.name === name);
  if (command === undefined) {
    const kind = name.startsWith('-') ? 'option' : 'command';
    const names = commands.map(one => one.name).join(', ');
    context.err(`lamplight: unknown ${kind} ${name}. The commands are ${names}.\n`);
    return USAGE;
  }
  const end = rest.indexOf('--');
  if ((end < 0 ? rest : rest.slice(0, end)).some(arg => arg === '--help' || arg === '-h')) {
    context.out(commandHelp(command));
    return 0;
  }
  return runCommand(command, rest, context);
}

async function runCommand(command: Command, argv: readonly string[], context: Context): Promise<number> {
  try {
    return await command.run(readArguments(command, argv), context);
  } catch (error) {
    context.err(`lamplight ${command.name}: ${wordsOf(error)}\n`);
    return error instanceof UsageError ? USAGE : (command.failure ?? 1);
  }
}

/** Errors that somebody wrote speak for themselves; of a defect the stack is what helps. */
function wordsOf(error: unknown): string {
  if (error instanceof AwsCallError) return `${error.code}: ${error.message}`;
  if (!(error instanceof Error)) return String(error);
  const defects = ['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError', 'AssertionError'];
  return defects.includes(error.name) ? (error.stack ?? error.message) : error.message;
}
