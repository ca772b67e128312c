/** What `lamplight start` prints for people: how to reach the host, what it found, then a line for whatever happens. */
import path from 'node:path';
import type { HostEvent } from '../protocol/control.ts';
import { isOn, markText } from '../protocol/faults.ts';
import type { HostInfo } from '../protocol/hostInfo.ts';
import type { FunctionSummary, InvocationSummary, WorkspaceProblem } from '../protocol/model.ts';
import type { Report } from './report.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

export interface TextReportOptions {
  readonly out: (text: string) => void;
  readonly style: Style;
  /** How the user calls the command line here. */
  readonly self: string;
  /** Time of day, for the live lines. */
  readonly now: () => Date;
  /** A line for each invocation; the log of a detached host does without, it would grow for ever. */
  readonly invocations: boolean;
}

export function textReport(options: TextReportOptions): Report {
  const { style } = options;
  const functions = new Map<string, FunctionSummary>();
  let problems: readonly WorkspaceProblem[] = [];
  let faultsOn = 0;
  let workspace: string | undefined;
  let isReady = false;
  const notices: string[] = [];
  /** What was said of builds that failed, by function. */
  const failures = new Map<string, string>();
  let text = '';

  const out = (more: string): void => void (text += more);

  const say = (what: string): void => {
    const time = style.dim(options.now().toTimeString().slice(0, 8));
    if (isReady) out(`${time} ${what}\n`);
    else notices.push(what);
  };

  function write(): void {
    if (text !== '') options.out(text);
    text = '';
  }

  function function_(summary: FunctionSummary): void {
    const before = functions.get(summary.name);
    functions.set(summary.name, summary);
    if (!isReady) return;
    if (summary.buildError === undefined) failures.delete(summary.name);
    else failures.set(summary.name, summary.buildError);
    if (before === undefined) say(`${style.green('+')} ${style.bold(summary.name)} ${facts(summary)}`);
    if (summary.buildError !== undefined && summary.buildError !== before?.buildError)
      say(
        `${style.red('✗')} ${style.bold(summary.name)} was not built: ${reasonOfBuild(summary.buildError, workspace)}`,
      );
    if (summary.buildError === undefined && before?.buildError !== undefined)
      say(`${style.green('✓')} ${style.bold(summary.name)} builds again`);
  }

  /** A mistake that a build ended with was said with it. */
  const isNews = ({ functionName, message }: WorkspaceProblem): boolean =>
    functionName === undefined || failures.get(functionName)?.includes(message) !== true;

  const lineOf = (problem: WorkspaceProblem): string => problemLine(problem, workspace, style);

  function event(event: HostEvent): void {
    switch (event.type) {
      case 'snapshot':
        event.functions.forEach(function_);
        problems = event.problems;
        return;
      case 'function':
        function_(event.function);
        return;
      case 'functionDeleted':
        if (functions.delete(event.name)) say(`${style.red('-')} ${style.bold(event.name)} was removed`);
        return;
      case 'reloaded':
        // The first build of each function is part of the start.
        if (!event.first) say(`↻ ${style.bold(event.functionName)} reloaded in ${round(event.ms)} ms`);
        return;
      case 'invocation':
        if (options.invocations && event.invocation.status !== 'running')
          say(invocationLine(event.invocation, style));
        return;
      case 'faults': {
        const on = event.rules.filter(isOn).length;
        if (on !== faultsOn) say(faultsLine(on, style));
        faultsOn = on;
        return;
      }
      case 'problems':
        // What several functions share is one mistake for a reader.
        if (isReady)
          for (const line of new Set(added(problems, event.problems).filter(isNews).map(lineOf))) say(line);
        problems = event.problems;
        return;
      case 'notice':
        say(event.severity === 'info' ? event.message : `${mark(event.severity, style)} ${event.message}`);
        return;
      case 'layer':
      case 'layerDeleted':
      case 'environment':
      case 'log':
      case 'stopping':
        return;
    }
  }

  return {
    events(events) {
      events.forEach(event);
      write();
    },
    ready(info, found, ms) {
      for (const summary of found) functions.set(summary.name, summary);
      workspace = info.workspace;
      isReady = true;
      out(heading(info, ms, options));
      out(`${style.bold('Functions')}\n${listed(found, info, options.self)}\n`);
      for (const line of new Set(problems.map(lineOf))) out(`${line}\n`);
      for (const notice of notices) out(`${notice}\n`);
      if (problems.length + notices.length > 0) out('\n');
      if (info.foreground) out(style.dim('Press Ctrl-C to stop.\n'));
      write();
    },
    stopping() {
      say(style.dim('Stopping; Ctrl-C again ends it at once.'));
      write();
    },
    stopped(reason) {
      say(`The host has stopped (${reason}).`);
      write();
    },
  };
}

function heading(info: HostInfo, ms: number, { style, self }: TextReportOptions): string {
  const state = ` --state ${info.stateDir}`;
  return [
    `${style.bold('Lamplight')} ${info.version} serves ${style.bold(info.endpoint)} (${info.region}, account ${info.accountId}), ready in ${round(ms)} ms`,
    ...(info.workspace === undefined ? [] : [`Workspace ${info.workspace}`]),
    '',
    `  eval "$(${self} env${state})"`,
    `  aws lambda list-functions --endpoint-url ${info.endpoint}`,
    '',
    '',
  ].join('\n');
}

function listed(functions: readonly FunctionSummary[], info: HostInfo, self: string): string {
  if (functions.length === 0) {
    return info.workspace === undefined
      ? `  none: this host is empty. Create them over the API, or stop it (Ctrl-C) and serve the current folder: ${self} start .\n`
      : '  none found: neither a template nor a handler\n';
  }
  const from = (summary: FunctionSummary): string =>
    summary.owner === undefined ? 'API' : relative(info.workspace, summary.owner.template);
  return table(
    functions.map(one => [one.name, one.runtime ?? one.packageType, one.handler ?? '', from(one)]),
    '  ',
  );
}

const facts = (summary: FunctionSummary): string =>
  [summary.runtime ?? summary.packageType, summary.handler].filter(part => part !== undefined).join(' ');

function invocationLine(invocation: InvocationSummary, style: Style): string {
  const { report } = invocation;
  const ok = invocation.status === 'success';
  const parts = [
    ...(report === undefined
      ? []
      : [
          `${round(report.durationMs)} ms`,
          `billed ${report.billedMs} ms`,
          `${report.maxMemoryUsedMb} of ${report.memorySizeMb} MB`,
        ]),
    ...(report?.initMs === undefined ? [] : [`cold, init ${round(report.initMs)} ms`]),
    ...(invocation.source === 'api' ? [] : [invocation.source]),
    ...(ok ? [] : [style.red(reasonOf(invocation))]),
    ...(invocation.fault === undefined ? [] : [style.yellow(`fault ${markText(invocation.fault)}`)]),
  ];
  return `${ok ? style.green('✓') : style.red('✗')} ${style.bold(invocation.functionName)} ${parts.join(', ')}`;
}

/** Its heading says only that it failed, of which function: the places and mistakes below it count, where there are any. */
function reasonOfBuild(message: string, workspace: string | undefined): string {
  const [heading = '', ...mistakes] = message.split('\n').filter(line => line !== '');
  if (mistakes.length === 0) return heading;
  const inside = workspace === undefined ? undefined : `${workspace}${path.sep}`;
  return mistakes
    .map(line => (inside !== undefined && line.startsWith(inside) ? line.slice(inside.length) : line))
    .join('; ');
}

const reasonOf = ({ status, errorType, errorMessage }: InvocationSummary): string =>
  [errorType ?? status, errorMessage].filter(part => part !== undefined && part !== '').join(': ');

const faultsLine = (on: number, style: Style): string =>
  on === 0
    ? 'No fault rule is on any more.'
    : `${style.yellow('⚡')} ${on === 1 ? '1 fault rule is on' : `${on} fault rules are on`}: lamplight faults lists them`;

function problemLine(problem: WorkspaceProblem, workspace: string | undefined, style: Style): string {
  const place = `${relative(workspace, problem.file)}:${problem.startLine + 1}:${problem.startColumn + 1}`;
  return `${mark(problem.severity, style)} ${place} ${problem.message}`;
}

function mark(severity: 'info' | 'warning' | 'error', style: Style): string {
  if (severity === 'error') return style.red('error');
  return severity === 'warning' ? style.yellow('warning') : 'note';
}

/** Those that were not there before. */
function added(
  before: readonly WorkspaceProblem[],
  after: readonly WorkspaceProblem[],
): readonly WorkspaceProblem[] {
  const known = new Set(before.map(problem => JSON.stringify(problem)));
  return after.filter(problem => !known.has(JSON.stringify(problem)));
}

function relative(folder: string | undefined, file: string): string {
  if (folder === undefined) return file;
  const short = path.relative(folder, file);
  return short.startsWith('..') ? file : short;
}

/** Two digits after the point below 10, none from there on. */
const round = (ms: number): string => (ms < 10 ? ms.toFixed(2) : ms.toFixed(0));
