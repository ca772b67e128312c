/** A function of 50 MB, zipped: what the host needs for a moment beyond what it had, and how long it takes. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { apiRequest, sendApiRequest } from '../../test/helpers/apiRequest.ts';
import { makeZip } from '../../test/unit/functions/zipFixture.ts';
import { createFunction, residentMegabytes, trivialHandler, withHost, type Case } from '../context.ts';
import { timed } from '../measure.ts';
import type { Row } from '../report.ts';

/** Of the 52,428,800 that may come inline. */
const BYTES = 52_000_000;

export const largePackage: Case = {
  name: 'largePackage',
  what: "the host's memory while a zip of 50 MB is made a function",
  group: 'usual',
  run: () =>
    withHost({}, async host => {
      const zip = makeZip([
        { name: 'index.js', content: 'exports.handler = async () => 1;' },
        { name: 'data', content: randomBytes(BYTES), stored: true },
      ]);
      const request = apiRequest('CreateFunction', {
        FunctionName: 'large',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/bench',
        Code: { ZipFile: zip },
      });
      // What the first function of any size costs is not the question.
      await createFunction(host, 'small', trivialHandler);
      const before = await residentMegabytes(host.pid);
      await forgetPeak(host.pid);
      const ms = await timed(async () => {
        const { status, body } = await sendApiRequest(host.ready, request);
        if (status !== 201) throw new Error(`CreateFunction answered ${status} ${body}`);
      });
      const memory: Row = {
        name: 'CreateFunction with 50 MB, at its peak',
        value: (await peakMegabytes(host.pid)) - before,
        unit: 'MB',
        baseline: { name: 'its request', value: request.body.length / 1_000_000 },
        // Twice would be the text of the zip and its bytes, or two copies of either.
        target: { of: 'ratio', is: 'at most', limit: 2 },
        note: `beside the ${before.toFixed(0)} MB that the host had`,
      };
      return [memory, { name: 'CreateFunction with 50 MB', value: ms, unit: 'ms' }];
    }),
};

/** From here on the peak is counted anew (proc(5), clear_refs). */
async function forgetPeak(pid: number): Promise<void> {
  if (process.platform !== 'linux') throw new Error('Only Linux tells how much memory a process had');
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}

/** The largest resident set that the process had, in units of 1,000,000 bytes. */
async function peakMegabytes(pid: number): Promise<number> {
  const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kibibytes) * 1_024) / 1_000_000;
}
