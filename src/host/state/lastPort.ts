/** The port of the host before: a shell or a script that was pointed at it still is after a restart. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Listens, on the port of the last time where that can be had, and keeps in mind which it was. `listen` gets 0 where there was none. */
export async function onLastPort<T extends { readonly port: number }>(
  stateDir: string,
  listen: (preferred: number) => Promise<T>,
): Promise<T> {
  const file = path.join(stateDir, 'port');
  const before = read(file);
  const listening = await listen(before);
  if (listening.port !== before) write(file, listening.port);
  return listening;
}

function read(file: string): number {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
  } catch {
    return 0;
  }
}

function write(file: string, port: number): void {
  try {
    writeFileSync(file, String(port), { mode: 0o600 });
  } catch {
    // Another port next time is all that it costs.
  }
}
