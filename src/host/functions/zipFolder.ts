/** A folder of this machine as the zip that Lambda would be given of it. */
import { PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';
import { AwsError } from '../../protocol/awsError.ts';
import { walkTree, type TreeEntry } from '../files/walkTree.ts';
import { MAX_UNZIPPED_BYTES, tooBig } from './unpackZip.ts';

/** Equal files make an equal zip: the first day that a zip knows, as its own clock face shows it, whatever the time zone. */
const ALWAYS = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };
const LINK = 0o120777;
const PROGRAM = 0o100755;
const FILE = 0o100644;

/**
 * The zip's bytes as they are made: paths in order, modes 0755 and 0644, links that lead out of the folder followed.
 * Fails with an InvalidParameterValueException over 250 MB, and where the folder can't be read. `follow`: as walkTree's.
 */
export async function* zipFolder(
  folder: string,
  options: { readonly follow?: boolean } = {},
): AsyncGenerator<Buffer> {
  try {
    const entries = await entriesOf(folder, options);
    const zip = new ZipFile();
    const output = zip.outputStream.pipe(new PassThrough());
    zip.on('error', (error: Error) => output.destroy(error));
    for (const { name, file, kind, mode, target = '' } of entries) {
      if (kind === 'file') zip.addFile(file, name, { ...ALWAYS, mode: mode & 0o111 ? PROGRAM : FILE });
      else zip.addBuffer(Buffer.from(target), name, { ...ALWAYS, mode: LINK });
    }
    zip.end();
    for await (const chunk of output) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw invalid(
      `${folder} can't be read: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}

async function entriesOf(folder: string, options: { readonly follow?: boolean }): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  let bytes = 0;
  for await (const entry of walkTree(folder, options)) {
    if (entry.kind === 'folder') continue;
    entries.push(entry);
    bytes += entry.size;
    if (bytes > MAX_UNZIPPED_BYTES) throw tooBig();
  }
  return entries;
}

const invalid = (message: string, cause?: unknown): AwsError =>
  new AwsError('InvalidParameterValueException', 400, message, { cause });
