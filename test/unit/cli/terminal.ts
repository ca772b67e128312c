/** Runs the command line in this process, with a terminal that remembers. */
import { runCommandLine } from '../../../src/cli/commandLine.ts';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function lamplight(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<Run> {
  let [out, err] = ['', ''];
  const code = await runCommandLine(argv, {
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? process.env,
    platform: 'linux',
    self: 'lamplight',
    out: text => (out += text),
    err: text => (err += text),
    readInput: () => Promise.resolve(Buffer.from(options.input ?? '')),
  });
  return { code, out, err };
}
