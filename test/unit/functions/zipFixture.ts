/** Archives as honest tools and attackers make them: names, types and sizes are whatever a test says. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** Unix mode with file type; 0o100644 when absent. */
  readonly mode?: number;
  /** `versionMadeBy >> 8`: 3 is Unix, 0 is DOS. */
  readonly system?: number;
  readonly stored?: boolean;
  /** Lies. */
  readonly declaredSize?: number;
  readonly declaredCrc?: number;
  readonly encrypted?: boolean;
}

/** Of a content that several entries share. */
const deflated = new WeakMap<Buffer, Buffer>();

function deflate(content: Buffer): Buffer {
  let data = deflated.get(content);
  if (data === undefined) deflated.set(content, (data = deflateRawSync(content, { level: 1 })));
  return data;
}

const NOTHING = Buffer.alloc(0);

export const FILE = 0o100000;
export const SYMLINK = 0o120777;

/** A zip file with exactly these entries, in this order. */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = typeof entry.name === 'string' ? Buffer.from(entry.name) : entry.name;
    const content =
      typeof entry.content === 'string' ? Buffer.from(entry.content) : (entry.content ?? NOTHING);
    const data = entry.stored === true ? content : deflate(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE((entry.encrypted === true ? 1 : 0) | 0x800, 2);
    fields.writeUInt16LE(entry.stored === true ? 0 : 8, 4);
    fields.writeUInt32LE(entry.declaredCrc ?? crc32(content), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(entry.declaredSize ?? content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, data]);
    const central = Buffer.alloc(46);
    central.write('PK\x01\x02');
    central.writeUInt16LE(((entry.system ?? 3) << 8) | 20, 4);
    fields.copy(central, 6);
    central.writeUInt32LE(((entry.mode ?? FILE | 0o644) << 16) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    locals.push(local);
    centrals.push(central, name);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
