/** The event of `lamplight invoke --event`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandError, type Context } from './command.ts';
import { sampleText } from './sampleText.ts';

const SAMPLE = 'sample:';

/**
 * The event's bytes: JSON as it is (`{"id": 1}`), of a file, of standard input (`-`) or of the sample catalogue (`sample:ID`); `{}` without one.
 * Throws a {@link CommandError} that names the input for anything that is not JSON in UTF-8.
 */
export async function readEvent(from: string | undefined, context: Context): Promise<Buffer> {
  if (from === undefined) return Buffer.from('{}');
  if (from.startsWith(SAMPLE)) return Buffer.from(await sampleText(from.slice(SAMPLE.length), {}));
  if (from === '-') return checked(await context.readInput(), 'The event on standard input');
  // No file is called like that.
  if (/^\s*[[{]/.test(from)) return checked(Buffer.from(from), 'The event of --event');
  const file = path.resolve(context.cwd, from);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(
      code === 'ENOENT'
        ? `There is no event file ${from}.`
        : `The event file ${from} can't be read: ${message}`,
      { cause: error },
    );
  }
  return checked(bytes, `The event file ${from}`);
}

function checked(bytes: Buffer, what: string): Buffer {
  let text: string;
  try {
    // Also takes a byte order mark away, which JSON does not allow.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CommandError(`${what} is not UTF-8.`, { cause: error });
  }
  if (text.trim() === '') throw new CommandError(`${what} is empty; an event is JSON, {} for example.`);
  try {
    JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${what} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  return Buffer.from(text);
}
