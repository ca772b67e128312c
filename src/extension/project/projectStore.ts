import type { PendingCount } from '../../protocol/asynchronous.ts';
import type { ClockStatus } from '../../protocol/clock.ts';
import type { HostEvent } from '../../protocol/control.ts';
import { isOn, type FaultRuleSummary } from '../../protocol/faults.ts';
import type {
  EnvironmentSummary,
  FunctionSummary,
  InvocationSummary,
  LayerVersionSummary,
  ThrottleSummary,
  WorkspaceProblem,
} from '../../protocol/model.ts';
import { throttleKey } from '../../protocol/throttle.ts';
import type { DeclaredFunction, DeclaredLayer, WorkspaceModel } from '../../protocol/workspace.ts';
import { byName } from '../byName.ts';
import { Listeners } from '../listeners.ts';
import { keepLastGood, templateErrorOf } from './lastGood.ts';

/** Invocations of one function that the tree shows; older ones are in the host's history. */
const RECENT_INVOCATIONS = 20;

/** One function: as the workspace declares it, as the host has it, or both. */
export interface FunctionEntry {
  readonly name: string;
  readonly declared?: DeclaredFunction;
  readonly live?: FunctionSummary;
  /** The message of a mistake in its template that hides what that declares now: `declared` is what it did before. */
  readonly templateError?: string;
}

/** What changed, so that a view redraws no more than that. */
export type StoreChange =
  /** The list itself, or everything (a new model, a snapshot, a lost host). */
  | { readonly kind: 'functions' }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'environments'; readonly name: string }
  | { readonly kind: 'invocations'; readonly name: string }
  /** The host's layer versions. */
  | { readonly kind: 'layers' }
  /** Something about asynchronous events of the function that have not come to their end; `shown`: whether it has any. */
  | { readonly kind: 'pending'; readonly name: string; readonly shown: 'same' | 'changed' }
  /** A fault rule of this function, or of all (`*`); `shown`: whether it is there, and on. */
  | {
      readonly kind: 'faults';
      readonly name: string;
      readonly id: string;
      readonly shown: 'same' | 'changed';
    }
  /** How service time passes. */
  | { readonly kind: 'clock' }
  | { readonly kind: 'problems' };

/** Throttles that whoever begins to look is told. */
const RECENT_THROTTLES = 300;

/** With one more, or with one that counts more than before: that is the last of its kind. */
function withThrottle(list: readonly ThrottleSummary[], one: ThrottleSummary): readonly ThrottleSummary[] {
  const key = throttleKey(one);
  const at = list.findLastIndex(known => throttleKey(known) === key);
  return at < 0 ? [...list, one].slice(-RECENT_THROTTLES) : list.with(at, one);
}

/** All that is known of one folder: what it declares, and what its host tells while one is connected. */
export class ProjectStore {
  #model: WorkspaceModel | undefined;
  /** By name. */
  #declared: ReadonlyMap<string, DeclaredFunction> = new Map();
  readonly #live = new Map<string, FunctionSummary>();
  /** By ARN. */
  readonly #layers = new Map<string, LayerVersionSummary>();
  readonly #environments = new Map<string, EnvironmentSummary>();
  /** By function, newest first. */
  readonly #invocations = new Map<string, InvocationSummary[]>();
  #problems: readonly WorkspaceProblem[] | undefined;
  #clock: ClockStatus | undefined;
  /** By function, of those that have any. */
  readonly #pending = new Map<string, number>();
  /** By id, in the order in which they are asked. */
  #faults: ReadonlyMap<string, FaultRuleSummary> = new Map();
  #throttles: readonly ThrottleSummary[] = [];
  readonly onChange = new Listeners<StoreChange>();

  get model(): WorkspaceModel | undefined {
    return this.#model;
  }

  setModel(read: WorkspaceModel): void {
    const model = keepLastGood(this.#model, read);
    // Most saves change code, not what is declared: nothing is drawn again for those.
    if (JSON.stringify(model) === JSON.stringify(this.#model)) return;
    this.#model = model;
    // Of two with one name the first counts.
    this.#declared = new Map(model.functions.toReversed().map(declared => [declared.name, declared]));
    this.onChange.fire({ kind: 'functions' });
    this.onChange.fire({ kind: 'problems' });
  }

  /** Everything by name, declared and live merged, sorted as a person would. */
  functions(): readonly FunctionEntry[] {
    return this.names().map(name => this.#entry(name));
  }

  /** Of all functions, sorted so. */
  names(): readonly string[] {
    return [...new Set([...this.#declared.keys(), ...this.#live.keys()])].sort(byName);
  }

  get isEmpty(): boolean {
    return this.#declared.size === 0 && this.#live.size === 0;
  }

  function(name: string): FunctionEntry | undefined {
    const entry = this.#entry(name);
    return entry.declared === undefined && entry.live === undefined ? undefined : entry;
  }

  #entry(name: string): FunctionEntry {
    const declared = this.#declared.get(name);
    const live = this.#live.get(name);
    const templateError = declared && templateErrorOf(this.#model, declared.owner);
    return {
      name,
      ...(declared === undefined ? {} : { declared }),
      ...(live === undefined ? {} : { live }),
      ...(templateError === undefined ? {} : { templateError }),
    };
  }

  layers(): readonly DeclaredLayer[] {
    return this.#model?.layers ?? [];
  }

  /** The host's, unordered. */
  layerVersions(): readonly LayerVersionSummary[] {
    return [...this.#layers.values()];
  }

  layerVersion(arn: string): LayerVersionSummary | undefined {
    return this.#layers.get(arn);
  }

  environments(functionName: string): readonly EnvironmentSummary[] {
    return [...this.#environments.values()]
      .filter(environment => environment.functionName === functionName)
      .sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
  }

  environment(id: string): EnvironmentSummary | undefined {
    return this.#environments.get(id);
  }

  /** Newest first. */
  invocations(functionName: string): readonly InvocationSummary[] {
    return this.#invocations.get(functionName) ?? [];
  }

  /** Asynchronous events of a function that have not come to their end. */
  pendingEvents(functionName: string): number {
    return this.#pending.get(functionName) ?? 0;
  }

  /** Fault rules of the host, of one function those that concern it. */
  faults(functionName?: string): readonly FaultRuleSummary[] {
    const all = [...this.#faults.values()];
    return functionName === undefined
      ? all
      : all.filter(rule => rule.functionName === '*' || rule.functionName === functionName);
  }

  /** Of the host, while one is connected. */
  get clock(): ClockStatus | undefined {
    return this.#clock;
  }

  /**
   * What a client would be told that came now, for whoever begins to follow the host here; undefined while none is connected.
   * @param past invocations that history has, in any order: the store knows few
   */
  snapshot(past: readonly InvocationSummary[]): Extract<HostEvent, { type: 'snapshot' }> | undefined {
    if (this.#clock === undefined) return undefined;
    const known = [...this.#invocations.values()].flat();
    return {
      type: 'snapshot',
      functions: [...this.#live.values()],
      layers: [],
      environments: [...this.#environments.values()],
      invocations: [...past, ...known],
      problems: [],
      clock: this.#clock,
      pendingEvents: [...this.#pending].map(([functionName, count]) => ({ functionName, count })),
      throttles: this.#throttles,
    };
  }

  /** The host's while one is connected (it knows of builds), else what reading the folder found. */
  problems(): readonly WorkspaceProblem[] {
    return this.#problems ?? this.#model?.problems ?? [];
  }

  apply(event: HostEvent): void {
    switch (event.type) {
      case 'snapshot':
        this.#clearLive();
        for (const live of event.functions) this.#live.set(live.name, live);
        for (const layer of event.layers) this.#layers.set(layer.arn, layer);
        for (const environment of event.environments) this.#putEnvironment(environment);
        for (const invocation of [...event.invocations].sort((a, b) => a.startedAt - b.startedAt))
          this.#putInvocation(invocation);
        for (const { functionName, count } of event.pendingEvents ?? [])
          this.#pending.set(functionName, count);
        this.#problems = event.problems;
        this.#clock = event.clock;
        this.#faults = new Map((event.faults ?? []).map(rule => [rule.id, rule]));
        this.#throttles = event.throttles ?? [];
        this.onChange.fire({ kind: 'functions' });
        this.onChange.fire({ kind: 'layers' });
        this.onChange.fire({ kind: 'problems' });
        this.onChange.fire({ kind: 'clock' });
        return;
      case 'pendingEvents':
        this.#putPending(event.pending);
        return;
      case 'faults':
        this.#putFaults(event.rules);
        return;
      case 'clock':
        this.#clock = event.clock;
        this.onChange.fire({ kind: 'clock' });
        return;
      case 'function': {
        const known = this.function(event.function.name) !== undefined;
        this.#live.set(event.function.name, event.function);
        this.onChange.fire(known ? { kind: 'function', name: event.function.name } : { kind: 'functions' });
        return;
      }
      case 'functionDeleted':
        this.#live.delete(event.name);
        this.#invocations.delete(event.name);
        this.onChange.fire({ kind: 'functions' });
        return;
      case 'environment':
        this.#putEnvironment(event.environment);
        this.onChange.fire({ kind: 'environments', name: event.environment.functionName });
        return;
      case 'invocation':
        this.#putInvocation(event.invocation);
        this.onChange.fire({ kind: 'invocations', name: event.invocation.functionName });
        return;
      case 'throttle':
        this.#throttles = withThrottle(this.#throttles, event.throttle);
        return;
      case 'problems':
        this.#problems = event.problems;
        this.onChange.fire({ kind: 'problems' });
        return;
      case 'layer':
        this.#layers.set(event.layer.arn, event.layer);
        this.onChange.fire({ kind: 'layers' });
        return;
      case 'layerDeleted':
        this.#layers.delete(event.arn);
        this.onChange.fire({ kind: 'layers' });
        return;
      case 'log':
      case 'reloaded':
      case 'notice':
      case 'stopping':
        return;
    }
  }

  /** The host is gone: what only it knew goes with it, what it ran stays readable in the list of invocations. */
  disconnected(): void {
    this.#live.clear();
    this.#layers.clear();
    this.#environments.clear();
    this.#pending.clear();
    this.#faults = new Map();
    this.#problems = undefined;
    this.#clock = undefined;
    for (const [name, list] of this.#invocations)
      this.#invocations.set(
        name,
        list.filter(invocation => invocation.status !== 'running'),
      );
    this.onChange.fire({ kind: 'functions' });
    this.onChange.fire({ kind: 'layers' });
    this.onChange.fire({ kind: 'problems' });
    this.onChange.fire({ kind: 'clock' });
  }

  #clearLive(): void {
    this.#live.clear();
    this.#layers.clear();
    this.#environments.clear();
    this.#invocations.clear();
    this.#pending.clear();
  }

  #putPending({ functionName: name, count }: PendingCount): void {
    const before = this.pendingEvents(name);
    // An event that was done at once is nothing to draw.
    if (before === 0 && count === 0) return;
    if (count > 0) this.#pending.set(name, count);
    else this.#pending.delete(name);
    const shown = (before === 0) === (count === 0) ? 'same' : 'changed';
    this.onChange.fire({ kind: 'pending', name, shown });
  }

  #putFaults(rules: readonly FaultRuleSummary[]): void {
    const before = this.#faults;
    this.#faults = new Map(rules.map(rule => [rule.id, rule]));
    for (const id of new Set([...before.keys(), ...this.#faults.keys()])) {
      const [old, now] = [before.get(id), this.#faults.get(id)];
      const rule = now ?? old;
      if (rule === undefined || JSON.stringify(old) === JSON.stringify(now)) continue;
      const moved = old !== undefined && old.functionName !== rule.functionName;
      const stays = old !== undefined && now !== undefined && isOn(old) === isOn(now) && !moved;
      this.onChange.fire({ kind: 'faults', name: rule.functionName, id, shown: stays ? 'same' : 'changed' });
      // Another function's by now.
      if (moved) this.onChange.fire({ kind: 'faults', name: old.functionName, id, shown: 'changed' });
    }
  }

  #putEnvironment(environment: EnvironmentSummary): void {
    if (environment.state === 'stopped') this.#environments.delete(environment.id);
    else this.#environments.set(environment.id, environment);
  }

  #putInvocation(invocation: InvocationSummary): void {
    const list = this.#invocations.get(invocation.functionName) ?? [];
    const at = list.findIndex(
      ({ requestId, attempt }) => requestId === invocation.requestId && attempt === invocation.attempt,
    );
    if (at === -1) list.unshift(invocation);
    else list[at] = invocation;
    if (list.length > RECENT_INVOCATIONS) list.length = RECENT_INVOCATIONS;
    this.#invocations.set(invocation.functionName, list);
  }
}
