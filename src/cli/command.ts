/** What a command of the command line is. */

/** One flag, without its dashes. */
export interface Flag {
  /** What stands after it: `FILE`, `a|b|c`; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  /** May be given several times. */
  readonly repeated?: boolean;
  /** Ours, not the user's: left out of the help. */
  readonly internal?: boolean;
}

export interface Command {
  readonly name: string;
  /** Its positional arguments: `NAME`, `[WORKSPACE]`. */
  readonly operands: string;
  readonly operandCount: { readonly least: number; readonly most: number };
  /** One line for the list of commands. */
  readonly summary: string;
  /** Further lines for the command's own help. */
  readonly details?: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Exit code of everything that fails before it has run; 1 when absent. */
  readonly failure?: number;
  /** Resolves with the exit code. */
  run(args: Arguments, context: Context): Promise<number>;
}

/** A command's arguments, checked against its flags. */
export interface Arguments {
  readonly operands: readonly string[];
  /** Value of a flag, the last one where it is given twice. */
  text(flag: string): string | undefined;
  texts(flag: string): readonly string[];
  has(flag: string): boolean;
}

/** What a command has of the world; tests have their own. */
export interface Context {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** How a user calls the command here: `lamplight`, `node dist/cli.js`. */
  readonly self: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly readInput: () => Promise<Buffer>;
}

/** The user's mistake; the message is all that is printed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command that can't do what it was asked for, in words for the user. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Every command but `start` finds its host by it. */
export const stateFlag: Readonly<Record<string, Flag>> = {
  state: { value: 'DIR', help: "state folder of the host (default: the current folder's, or its parents')" },
};
