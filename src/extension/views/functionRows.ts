import { markText } from '../../protocol/faults.ts';
import type { EnvironmentSummary, InvocationSummary } from '../../protocol/model.ts';
import { versionName } from '../aliases/split.ts';
import { costEstimate, dollars } from '../../protocol/prices.ts';
import { t } from '../localize.ts';
import { LATEST } from '../versions/latest.ts';
import type { FunctionEntry } from '../project/projectStore.ts';
import { bytes, clock, duration, invocationCount, shortId } from './format.ts';
import { escapeMarkdown } from './row.ts';
import type { Row } from './row.ts';

/** Runtime, or what stands for one. */
export function runtimeOf({ declared, live }: FunctionEntry): string {
  const runtime = live?.runtime ?? declared?.runtime;
  if (runtime !== undefined) return runtime;
  return (live?.packageType ?? declared?.packageType) === 'Image'
    ? t('container image')
    : t('no runtime given');
}

/** Node.js and Python can be debugged yet; other runtimes follow with the execution environment's issue. */
export function canDebug(entry: FunctionEntry): boolean {
  return isDebuggable(runtimeOf(entry));
}

export const isDebuggable = (runtime: string): boolean => /^(nodejs|python)/.test(runtime);

/** `qualifier` is what it is invoked as; `faults`: rules that are on for it. */
export function functionRow(entry: FunctionEntry, qualifier = LATEST, faults = 0): Row {
  const { name, declared, live, templateError } = entry;
  const runtime = runtimeOf(entry);
  const problem = problemOf(entry);
  const flags = [
    'function',
    ...(canDebug(entry) ? ['debuggable'] : []),
    ...(declared?.handlerLocation === undefined ? [] : ['handler']),
    ...(declared === undefined ? ['api'] : ['declared']),
    ...(live === undefined ? [] : ['live']),
  ];
  return {
    label: name,
    description: [
      // First: a narrow view must not hide it.
      ...(faults === 0 ? [] : [t('⚡ faults on')]),
      runtime,
      ...(problem === undefined ? [] : [t('build failed')]),
      ...(templateError === undefined ? [] : [t('template error')]),
      ...(qualifier === LATEST ? [] : [t('invoked as {0}', qualifier)]),
    ].join(' · '),
    icon:
      problem === undefined && templateError === undefined
        ? { id: 'symbol-function' }
        : { id: 'warning', color: 'list.warningForeground' },
    spoken: [
      problem === undefined
        ? t('Function {0}, {1}', name, runtime)
        : t('Function {0}, {1}, build failed: {2}', name, runtime, problem),
      ...(templateError === undefined ? [] : [t('its template has an error: {0}', templateError)]),
      ...(faults === 0 ? [] : [t('fault rules are on')]),
    ].join(', '),
    context: flags.join('+'),
  };
}

const problemOf = ({ live }: FunctionEntry): string | undefined =>
  live?.buildError ?? (live?.state === 'Failed' ? (live.stateReason ?? live.state) : undefined);

/** Of a function's row, in Markdown; made when somebody points at it: with a thousand functions the tree opens sooner. */
export function functionTooltip(entry: FunctionEntry): string {
  const problem = problemOf(entry);
  const facts = configurationFacts(entry).map(
    fact => `${escapeMarkdown(fact.label)}: ${escapeMarkdown(fact.value)}`,
  );
  return [
    `**${escapeMarkdown(entry.name)}**`,
    ...(problem === undefined ? [] : [`$(warning) ${escapeMarkdown(problem)}`]),
    ...(entry.templateError === undefined
      ? []
      : [
          `$(warning) ${escapeMarkdown(entry.templateError)}`,
          escapeMarkdown(t('Until that is mended, what the template declared before counts.')),
        ]),
    ...(entry.declared?.description ? [escapeMarkdown(entry.declared.description)] : []),
    facts.join('  \n'),
  ].join('\n\n');
}

export function handlerRow({ declared, live }: FunctionEntry): Row | undefined {
  const handler = declared?.handler ?? live?.handler;
  if (handler === undefined) return undefined;
  const found = declared?.handlerLocation !== undefined;
  return {
    label: handler,
    description: found ? t('handler') : t('handler, source not found'),
    icon: { id: 'file-code' },
    spoken: found ? t('Handler {0}, opens the source', handler) : t('Handler {0}, source not found', handler),
    context: found ? 'handler+found' : 'handler',
  };
}

export interface Fact {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly icon: string;
}

/** Settings of the function: the host's where it runs, for it is what an invocation gets. */
export function configurationFacts(entry: FunctionEntry): readonly Fact[] {
  const { declared, live } = entry;
  const memory = live?.memorySize ?? declared?.memorySize;
  const timeout = live?.timeout ?? declared?.timeout;
  const architecture = live?.architecture ?? declared?.architecture;
  const variables = live?.environmentKeys ?? (declared && Object.keys(declared.environment));
  const layers = live?.layers ?? declared?.layers ?? [];
  return [
    { key: 'runtime', label: t('Runtime'), value: runtimeOf(entry), icon: 'package' },
    ...(memory === undefined
      ? []
      : [{ key: 'memory', label: t('Memory'), value: `${memory} MB`, icon: 'dashboard' }]),
    ...(timeout === undefined
      ? []
      : [{ key: 'timeout', label: t('Timeout'), value: `${timeout} s`, icon: 'watch' }]),
    ...(architecture === undefined
      ? []
      : [{ key: 'architecture', label: t('Architecture'), value: architecture, icon: 'circuit-board' }]),
    ...(variables === undefined || variables.length === 0
      ? []
      : [
          {
            key: 'variables',
            label: t('Environment variables'),
            value: variables.join(', '),
            icon: 'symbol-variable',
          },
        ]),
    ...(layers.length === 0
      ? []
      : [{ key: 'layers', label: t('Layers'), value: layers.join(', '), icon: 'layers' }]),
    ...(live === undefined
      ? []
      : [
          { key: 'codeSize', label: t('Code size'), value: bytes(live.codeSize), icon: 'file-zip' },
          { key: 'state', label: t('State'), value: live.state, icon: 'pulse' },
        ]),
  ];
}

export function factRow(fact: Fact): Row {
  return {
    label: fact.label,
    description: fact.value,
    icon: { id: fact.icon },
    tooltip: `${escapeMarkdown(fact.label)}: ${escapeMarkdown(fact.value)}`,
    spoken: `${fact.label}: ${fact.value}`,
    // Some can be changed where they stand.
    context: fact.key === 'runtime' ? 'fact+runtime' : 'fact',
  };
}

const environmentIcons: Readonly<Record<EnvironmentSummary['state'], NonNullable<Row['icon']>>> = {
  starting: { id: 'sync' },
  init: { id: 'sync' },
  'waiting-for-debugger': { id: 'debug-pause', color: 'charts.yellow' },
  idle: { id: 'circle-filled', color: 'charts.green' },
  busy: { id: 'play-circle', color: 'charts.blue' },
  frozen: { id: 'circle-outline', color: 'charts.blue' },
  stopping: { id: 'circle-slash' },
  stopped: { id: 'circle-slash' },
};

export function environmentRow(environment: EnvironmentSummary): Row {
  const parts = [
    environment.state,
    ...(environment.initMs === undefined ? [] : [t('init {0}', duration(environment.initMs))]),
    invocationCount(environment.invocations),
    ...(environment.memory === undefined ? [] : [bytes(environment.memory)]),
  ];
  const short = shortId(environment.id);
  return {
    label: short,
    description: parts.join(' · '),
    icon: environmentIcons[environment.state],
    tooltip: [
      `**${escapeMarkdown(environment.id)}**`,
      [
        t('Version {0}', environment.version),
        t('Engine {0}', environment.engine),
        ...(environment.pid === undefined ? [] : [t('Process {0}', environment.pid)]),
        ...(environment.containerId === undefined
          ? []
          : [t('Container {0}', environment.containerId.slice(0, 12))]),
        t('Started {0}', clock(environment.startedAt)),
      ]
        .map(escapeMarkdown)
        .join('  \n'),
    ].join('\n\n'),
    spoken: t('Environment {0}: {1}', short, parts.join(', ')),
    context: 'environment',
  };
}

const invocationIcons: Readonly<Record<InvocationSummary['status'], NonNullable<Row['icon']>>> = {
  running: { id: 'loading~spin' },
  success: { id: 'pass', color: 'testing.iconPassed' },
  error: { id: 'error', color: 'testing.iconFailed' },
  timeout: { id: 'watch', color: 'testing.iconFailed' },
  throttled: { id: 'circle-slash', color: 'list.warningForeground' },
};

/** What it was invoked as: `live → v3`; nothing where it was `$LATEST`. */
const calledAs = ({ qualifier, version }: InvocationSummary): string[] =>
  qualifier === undefined || qualifier === '$LATEST'
    ? []
    : [qualifier === version ? versionName(version) : `${qualifier} → ${versionName(version)}`];

export function invocationRow(invocation: InvocationSummary): Row {
  const { report } = invocation;
  const cost = costEstimate(invocation);
  const parts = [
    ...(invocation.fault === undefined ? [] : [t('⚡ fault {0}', markText(invocation.fault))]),
    invocation.errorType ?? invocation.status,
    ...(report === undefined ? [] : [duration(report.durationMs)]),
    ...(invocation.cold === undefined ? [] : [invocation.cold ? t('cold') : t('warm')]),
    ...calledAs(invocation),
    ...(invocation.attempt === 1 ? [] : [t('attempt {0}', invocation.attempt)]),
    invocation.source,
  ];
  return {
    label: clock(invocation.startedAt),
    description: parts.join(' · '),
    icon: invocationIcons[invocation.status],
    tooltip: [
      `**${escapeMarkdown(invocation.requestId)}**`,
      ...(invocation.errorMessage === undefined ? [] : [escapeMarkdown(invocation.errorMessage)]),
      ...(report === undefined
        ? []
        : [
            escapeMarkdown(
              t(
                'Billed {0}, memory {1} of {2} MB',
                duration(report.billedMs),
                report.maxMemoryUsedMb,
                report.memorySizeMb,
              ),
            ),
          ]),
      ...(cost === undefined ? [] : [escapeMarkdown(t('Cost estimate {0}', dollars(cost)))]),
    ].join('\n\n'),
    spoken: t('Invocation at {0}: {1}', clock(invocation.startedAt), parts.join(', ')),
    context: `invocation+${invocation.status}`,
  };
}
