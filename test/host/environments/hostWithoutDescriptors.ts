/** Starts a process when no file descriptor is left, and prints how that ended: run it with a small `ulimit -n`. */
import { openSync, closeSync, writeSync } from 'node:fs';
import process from 'node:process';
import { startProcess } from '../../../src/host/environments/engines/process/childRuntime.ts';
import { ProcessLedger } from '../../../src/host/environments/engines/process/processLedger.ts';

const taken: number[] = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error;
}
let printed = '';
const runtime = startProcess({
  command: process.execPath,
  launch: { args: ['-e', '0'], variables: {} },
  variables: {},
  directory: '/',
  marker: 'none',
  ledger: new ProcessLedger('/nowhere'),
  output: chunk => (printed += chunk.toString()),
});
const exit = await runtime.exited;
for (const descriptor of taken) closeSync(descriptor);
writeSync(1, JSON.stringify({ ...exit, printed }));
