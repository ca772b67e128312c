/** The `lamplight` program: makes the context of the real world and runs the command line. */
import path from 'node:path';
import { keepCompiledCode } from './compileCache.ts';
import type { Context } from './command.ts';

keepCompiledCode();

/** How the user would call us again from here. */
function self(): string {
  const script = process.argv[1] ?? '';
  if (path.basename(script) === 'lamplight') return 'lamplight';
  const relative = path.relative(process.cwd(), script);
  return `node ${relative.startsWith('..') ? script : relative}`;
}

async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

// A reader that has seen enough (`lamplight list | head -1`) is no error.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const context: Context = {
  cwd: process.cwd(),
  env: process.env,
  platform: process.platform,
  self: self(),
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
  readInput,
};

// Loaded after the cache is on, so that it comes from there.
void import('./commandLine.ts')
  .then(({ runCommandLine }) => runCommandLine(process.argv.slice(2), context))
  .then(code => {
    // Not process.exit: what was printed into a pipe must get through.
    process.exitCode = code;
  });
