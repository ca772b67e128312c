import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startDeployment, type Deployment } from '../../../src/cli/deployment.ts';
import type { DeploymentTimers } from '../../../src/cli/deployTimers.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';
import type { WorkspaceProblem } from '../../../src/protocol/model.ts';
import { FakeTarget } from './fakeTarget.ts';
import { removeTempFolders, tempFolder, type Files } from './tempFolder.ts';

/** Long waits (the 10 s of ownership) end when the test says so. */
class TestTimers implements DeploymentTimers {
  private long: { run: () => void; ms: number }[] = [];

  now(): number {
    return Date.now();
  }

  after(ms: number, run: () => void): { cancel(): void } {
    if (ms < 5000) {
      const timer = setTimeout(run, ms);
      return { cancel: () => clearTimeout(timer) };
    }
    const entry = { run, ms };
    this.long.push(entry);
    this.wake();
    return { cancel: () => (this.long = this.long.filter(other => other !== entry)) };
  }

  private wake = (): void => undefined;

  /** Resolves when somebody waits for long. */
  async untilPending(): Promise<void> {
    while (this.long.length === 0) await new Promise<void>(resolve => (this.wake = resolve));
  }

  get pending(): number[] {
    return this.long.map(({ ms }) => ms);
  }

  passTenSeconds(): void {
    for (const { run } of this.long.splice(0)) run();
  }
}

/** A folder that is deployed to a {@link FakeTarget}, and all that was told of it. */
export class Bench {
  readonly target: FakeTarget;
  readonly timers = new TestTimers();
  readonly events: HostEvent[] = [];
  readonly folder: string;
  readonly buildsDir: string;
  deployment!: Deployment;
  private waiting: { when: () => boolean; go: () => void }[] = [];

  constructor(folder: string, buildsDir: string, target: FakeTarget) {
    this.folder = folder;
    this.buildsDir = buildsDir;
    this.target = target;
  }

  async start(): Promise<void> {
    this.deployment = await startDeployment({
      folder: this.folder,
      target: this.target,
      buildsDir: this.buildsDir,
      region: 'us-east-1',
      accountId: '000000000000',
      timers: this.timers,
      publish: event => {
        this.events.push(event);
        for (const entry of [...this.waiting]) {
          if (!entry.when()) continue;
          this.waiting = this.waiting.filter(other => other !== entry);
          entry.go();
        }
      },
    });
    open.push(this.deployment);
  }

  get problems(): readonly WorkspaceProblem[] {
    const told = this.events.findLast(event => event.type === 'problems');
    return told?.type === 'problems' ? told.problems : [];
  }

  get reloads(): string[] {
    return this.events.flatMap(event => (event.type === 'reloaded' ? [event.functionName] : []));
  }

  /** Resolves when an event came after which `when` holds. */
  until(when: () => boolean): Promise<void> {
    return when() ? Promise.resolve() : new Promise(go => this.waiting.push({ when, go }));
  }

  async text(name: string, file: string): Promise<string> {
    return readFile(path.join(this.target.root(name) ?? assert.fail(`no code of ${name}`), file), 'utf8');
  }
}

const open: Deployment[] = [];

/** Writes the files and starts their deployment. */
export async function bench(files: Files, target = new FakeTarget()): Promise<Bench> {
  const folder = await tempFolder(files);
  // As files are that somebody opens a folder with: written long ago.
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const name of Object.keys(files)) utimesSync(path.join(folder, name), longAgo, longAgo);
  const made = new Bench(folder, path.join(await tempFolder(), 'builds'), target);
  await made.start();
  return made;
}

export const ts = (value: string): string => `export const handler = async () => ${JSON.stringify(value)};\n`;
export const resource = (id: string, more = '', runtime = 'nodejs22.x'): string =>
  `  ${id}:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: app.handler\n      Runtime: ${runtime}\n      CodeUri: ${id.toLowerCase()}\n${more}`;
export const sam = (...resources: string[]): string =>
  `Transform: AWS::Serverless-2016-10-31\nResources:\n${resources.join('')}`;

/** Within a describe: ends what a test deployed after it, and removes the folders after all of them. */
export function endDeployments(): void {
  after(removeTempFolders);
  afterEach(async () => {
    await Promise.all(open.splice(0).map(deployment => deployment.dispose()));
  });
}
