/** `npm run bench`: runs the cases, prints the table, writes the JSON. See scripts/bench.mjs for its arguments. */
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { elapsed, say } from '../scripts/prepare/progress.mjs';
import type { Case } from './context.ts';
import { asynchronous } from './cases/asynchronous.ts';
import { coldStart } from './cases/coldStart.ts';
import { commandLineInvoke } from './cases/commandLineInvoke.ts';
import { container } from './cases/container.ts';
import { hostReady } from './cases/hostReady.ts';
import { largePackage } from './cases/largePackage.ts';
import { layers } from './cases/layers.ts';
import { manyVersions } from './cases/manyVersions.ts';
import { memory } from './cases/memory.ts';
import { packageSize } from './cases/packageSize.ts';
import { parallelCalls } from './cases/parallelCalls.ts';
import { reload } from './cases/reload.ts';
import { stream } from './cases/stream.ts';
import { telemetry } from './cases/telemetry.ts';
import { timeline } from './cases/timeline.ts';
import { tree } from './cases/tree.ts';
import { sandbox } from './cases/sandbox.ts';
import { scaling } from './cases/scaling.ts';
import { warmInvoke } from './cases/warmInvoke.ts';
import { editor } from './cases/editor.ts';
import { isReached, ratioOf, tableOf, type Row } from './report.ts';

const cases: readonly Case[] = [
  hostReady,
  coldStart,
  warmInvoke,
  parallelCalls,
  telemetry,
  scaling,
  asynchronous,
  stream,
  commandLineInvoke,
  reload,
  memory,
  manyVersions,
  largePackage,
  layers,
  packageSize,
  sandbox,
  container,
  editor,
  tree,
  timeline,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    containers: { type: 'boolean', default: false },
    workbench: { type: 'boolean', default: false },
    effort: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});

function chosen(): readonly Case[] {
  const unknown = positionals.filter(name => !cases.some(one => one.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `No such case: ${unknown.join(', ')}. There are ${cases.map(one => one.name).join(', ')}.`,
    );
  }
  if (positionals.length > 0) return cases.filter(one => positionals.includes(one.name));
  const { all, containers, workbench } = values;
  const groups = { usual: true, containers: all || containers, workbench: all || workbench };
  return cases.filter(one => groups[one.group]);
}

const rows: Row[] = [];
const failures: string[] = [];
for (const one of chosen()) {
  const begun = performance.now();
  say(`▸ ${one.what}`);
  try {
    rows.push(...(await one.run({ effort: Number(values.effort) })));
    say(`✓ ${one.what} (${elapsed(begun)})`);
  } catch (error) {
    failures.push(one.what);
    say(`✗ ${one.what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
console.log(`\n${tableOf(rows)}\n`);
const missed = rows.filter(row => isReached(row) === false).map(row => row.name);
if (missed.length > 0) console.log(`Targets missed: ${missed.join(', ')}`);
if (failures.length > 0) console.log(`Could not be measured: ${failures.join(', ')}`);
if (values.json !== undefined) {
  const machine = {
    cpus: os.availableParallelism(),
    model: os.cpus()[0]?.model ?? '',
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    load: os.loadavg(),
  };
  const results = rows.map(row => ({ ...row, ratio: ratioOf(row), reached: isReached(row) }));
  await writeFile(
    values.json,
    `${JSON.stringify({ date: new Date().toISOString(), machine, results, failures }, undefined, 2)}\n`,
  );
}
process.exitCode = failures.length > 0 ? 1 : 0;
