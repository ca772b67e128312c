/** Who is at the other end of a connection over loopback (DESIGN.md rule 7). */
import { readFile } from 'node:fs/promises';
import process from 'node:process';

/**
 * User id that owns the socket which connects from `peerPort` to our `localPort`, as the kernel's tables tell, or
 * undefined where the platform has no such table. `null`: the table is there and the connection isn't in it.
 */
export async function peerUser(localPort: number, peerPort: number): Promise<number | null | undefined> {
  if (process.platform !== 'linux') return undefined;
  let readable = false;
  // A dual-stack socket (Java, Go) that connects to 127.0.0.1 stands in the second table.
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'latin1').catch(() => undefined);
    if (text === undefined) continue;
    readable = true;
    const uid = findUser(text, localPort, peerPort);
    if (uid !== undefined) return uid;
  }
  return readable ? null : undefined;
}

/** Row of the peer's own end: its local port is `peerPort`, its remote one is ours. Columns: sl, local, remote, st, …, uid. */
export function findUser(table: string, localPort: number, peerPort: number): number | undefined {
  const local = hexPort(peerPort);
  const remote = hexPort(localPort);
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/\s+/, 8);
    if (columns[1]?.endsWith(local) && columns[2]?.endsWith(remote)) return Number(columns[7]);
  }
  return undefined;
}

function hexPort(port: number): string {
  return `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}
