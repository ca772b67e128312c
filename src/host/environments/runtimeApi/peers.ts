/** Who is at the other end of a connection over loopback (DESIGN.md rule 7). */
import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import process from 'node:process';

/** One end of a connection: an IPv4 address and a port. */
export interface End {
  readonly address: string;
  readonly port: number;
}

/**
 * User id that owns the socket which connects from `peer` to our end, as the kernel's tables tell, or
 * undefined where the platform has no such table. `null`: the table is there and the connection isn't in it.
 */
export async function peerUser(own: End, peer: End): Promise<number | null | undefined> {
  if (process.platform !== 'linux') return undefined;
  let readable = false;
  // A dual-stack socket (Java, Go) that connects to 127.0.0.1 stands in the second table.
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'latin1').catch(() => undefined);
    if (text === undefined) continue;
    readable = true;
    const uid = findUser(text, own, peer);
    if (uid !== undefined) return uid;
  }
  return readable ? null : undefined;
}

/**
 * Row of the peer's own end: its local end is `peer`, its remote one is ours. Address and port count both: another user
 * may have bound the runtime's port on another address of loopback. Columns: sl, local, remote, st, …, uid.
 */
export function findUser(table: string, own: End, peer: End): number | undefined {
  const [local, remote] = [hexEnd(peer), hexEnd(own)];
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/\s+/, 8);
    if (isEnd(columns[1], local) && isEnd(columns[2], remote)) return Number(columns[7]);
  }
  return undefined;
}

/** An IPv4 address in the table of IPv6 sockets. */
const MAPPED = '0000000000000000FFFF0000';

const isEnd = (column: string | undefined, end: string): boolean => column === end || column === MAPPED + end;

/** As the kernel prints it: the address as one number in the machine's byte order, then the port. */
function hexEnd({ address, port }: End): string {
  const bytes = Buffer.from(
    address
      .replace(/^::ffff:/, '')
      .split('.')
      .map(Number),
  );
  const ordered = endianness() === 'LE' ? bytes.reverse() : bytes;
  return `${ordered.toString('hex')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}
