/**
 * Runs the host and the workspace's deployment in this process, from the first line to the orderly end. A bundle of its
 * own (dist/host.cjs): `start` loads it, no other command does.
 */
import path from 'node:path';
import { untilSeen } from '../client/folderWatch.ts';
import type { Host, HostOptions } from '../host/host.ts';
import { startHost } from '../host/main.ts';
import type { ReadyMessage } from '../protocol/hostInfo.ts';
import type { BuildTarget } from '../workspace/build/tools/recipe.ts';
import { refuseSecondHost } from './alreadyRuns.ts';
import type { Context } from './command.ts';
import { startDeployment } from './deployment.ts';
import { jsonReport, type Report } from './report.ts';
import { onStarterGone } from './startAgain.ts';
import { onStopSignal } from './stopSignals.ts';
import { styleFor } from './style.ts';
import { textReport } from './textReport.ts';

export interface RunHostOptions {
  readonly host: Omit<HostOptions, 'onEvents' | 'beforeReady'>;
  readonly json: boolean;
}

/** What was printed last needs a moment to get through a pipe. */
const LINGER_MS = 500;

/** A host that stops needs up to 3 s; then its state is free for the next one. */
const TAKEN_MS = 5_000;

/** Resolves with the exit code when the host has stopped, whoever asked for it. */
export async function runHost(options: RunHostOptions, context: Context): Promise<number> {
  const report = reportFor(options, context);
  let running: Host | undefined;
  const ending = new AbortController();
  let code = 0;
  const stop = (reason: string): void => {
    // Nothing was said to be there yet, and what was begun the next start sweeps.
    if (running === undefined) process.exit(code);
    ending.abort();
    report.stopping();
    void running.stop(reason);
  };
  const release = onStopSignal(stop, () => process.exit(130));
  onStarterGone(() => stop('whoever started it has ended'));
  process.on('uncaughtException', error => {
    // A defect: what the host knows may be wrong now. Nothing is left behind all the same.
    context.err(`lamplight start: ${error.stack ?? error.message}\n`);
    if (code === 1) process.exit(code);
    code = 1;
    stop('of a defect in Lamplight');
  });
  const host = await startOnFreeState(
    {
      ...options.host,
      onEvents: events => report.events(events),
      beforeReady: async started => {
        running = started;
        await deployInto(started, options.host.engine === 'docker' ? 'lambda' : 'machine');
      },
    },
    context.self,
  );
  if (!ending.signal.aborted) {
    report.ready(host.info, host.functions(), performance.now());
    // Whoever runs us with a channel (scripts/start.mjs) is told there.
    process.send?.({ type: 'ready', ...host.info } satisfies ReadyMessage);
  }
  report.stopped(await host.stopped);
  release();
  // Should anything still hold the process, it ends all the same.
  setTimeout(() => process.exit(code), LINGER_MS).unref();
  return code;
}

/** The workspace's functions are known when this resolves; their code follows as it is built. */
async function deployInto(host: Host, buildTarget: BuildTarget): Promise<void> {
  const { workspace, region, accountId, stateDir } = host.info;
  if (workspace === undefined) return;
  const deployment = await startDeployment({
    folder: workspace,
    target: host.deployments,
    buildsDir: path.join(stateDir, 'builds'),
    region,
    accountId,
    buildTarget,
    publish: event => host.publish(event),
  });
  host.attachWorkspace(deployment);
}

function reportFor({ host, json }: RunHostOptions, context: Context): Report {
  if (json) return jsonReport(context.out);
  return textReport({
    out: context.out,
    style: styleFor(process.stdout.isTTY, context.env),
    self: context.self,
    now: () => new Date(),
    invocations: host.foreground,
  });
}

/** Waits for a host that is just stopping; one that runs, or comes up meanwhile, is named in the error. */
async function startOnFreeState(options: HostOptions, self: string): Promise<Host> {
  const limit = AbortSignal.timeout(TAKEN_MS);
  const { stateDir } = options;
  return untilSeen(
    stateDir,
    async () => {
      try {
        return await startHost(options);
      } catch (error) {
        if ((error as Error).name !== 'StateTakenError') throw error;
        await refuseSecondHost(stateDir, self);
        if (limit.aborted) throw error;
        return undefined;
      }
    },
    new AbortController().signal,
  );
}
