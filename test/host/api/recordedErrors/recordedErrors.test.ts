/**
 * Every error that was recorded from AWS, asked for at a real host and compared: status, code, text and members of the
 * body. Rows are data (rows.tsv). How one is provoked is in a file per resource; add yours to RESOURCES and take its rows
 * out of leftOut.ts.
 */
import assert from 'node:assert/strict';
import { useTestHost } from '../../../helpers/testHost.ts';
import { startUpstreamStub, type UpstreamStub } from '../../../helpers/upstreamStub.ts';
import { codeSigningRows } from './codeSigningRows.ts';
import { concurrencyRows } from './concurrencyRows.ts';
import { eventInvokeRows } from './eventInvokeRows.ts';
import { eventSourceRows } from './eventSourceRows.ts';
import { functionRows } from './functionRows.ts';
import { invokeRows } from './invokeRows.ts';
import { layerRows } from './layerRows.ts';
import { LEFT_OUT, reasons } from './leftOut.ts';
import { modelRows } from './modelRows.ts';
import { nameRows } from './nameRows.ts';
import { policyRows } from './policyRows.ts';
import type { Provocations } from './provocation.ts';
import { assertRecorded, RECORDED } from './recordedRows.ts';
import { tagRows } from './tagRows.ts';
import { urlRows } from './urlRows.ts';
import { versionRows } from './versionRows.ts';
import { World } from './world.ts';

const RESOURCES: readonly Provocations[] = [
  //
  functionRows,
  nameRows,
  invokeRows,
  layerRows,
  modelRows,
  policyRows,
  versionRows,
  concurrencyRows,
  eventInvokeRows,
  eventSourceRows,
  codeSigningRows,
  tagRows,
  urlRows,
];

describe('errors recorded from AWS', () => {
  const args: string[] = [];
  let upstream: UpstreamStub | undefined;
  before('start what --upstream names', async () => {
    upstream = await startUpstreamStub();
    // Rows 42 to 44, C14.
    for (const name of [
      'missing',
      'test-foobar-81ded7e8',
      'arn:aws:dynamodb:us-east-1:000000000000:table/test-table-4a53f4e8/stream/2025-02-22T03:03:25.490',
    ])
      upstream.missing.add(name);
    upstream.visibilityTimeouts.set('short', 2);
    // For C13 a 12-digit access key id names its account.
    args.push('--accept-any-credentials', '--upstream', upstream.url);
  });
  after(() => upstream?.close());
  const host = useTestHost({ args });
  let world: World;
  before(() => {
    world = new World(host(), upstream?.objects ?? assert.fail('it was started'));
  });

  const provocations = RESOURCES.flatMap(resource => Object.entries(resource));
  for (const [row, provoke] of provocations) {
    const recorded = RECORDED.get(row);
    it(`row ${row}: ${recorded?.operation ?? '?'}, ${recorded?.condition ?? 'which is not in rows.tsv'}`, async () => {
      assert.ok(recorded !== undefined);
      world.begin();
      const provoked = await provoke(world);
      const requests = 'method' in provoked ? [provoked] : provoked;
      assert.notEqual(requests.length, 0);
      for (const request of requests) assertRecorded(recorded, await world.send(request), world.values);
    });
  }

  it('are all asked for, or left out for a reason', () => {
    const asked = provocations.map(([row]) => row);
    assert.deepEqual(
      asked.filter((row, index) => asked.indexOf(row) !== index),
      [],
      'rows that two resources ask for',
    );
    const known = [...asked, ...reasons.keys()];
    assert.deepEqual(
      [...RECORDED.keys()].filter(row => !known.includes(row)),
      [],
      'rows that nobody asks for',
    );
    assert.deepEqual(
      [...reasons.keys()].filter(row => asked.includes(row) || !RECORDED.has(row)),
      [],
      'rows that are left out and yet asked for, or that there are not',
    );
    const share = ((100 * asked.length) / RECORDED.size).toFixed(1);
    console.log(
      [
        `${asked.length} of ${RECORDED.size} rows run (${share} %), ${reasons.size} are left out:`,
        ...LEFT_OUT.map(({ rows, reason }) => `  ${rows.split(' ').length} × ${reason}`),
      ]
        .map(line => `      ${line}`)
        .join('\n'),
    );
  });
});
