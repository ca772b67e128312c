/**
 * Scales provisioned concurrency on the clock: target tracking by its two alarms, and scheduled actions
 * (spec/lambda-service.md §6, Application Auto Scaling).
 */
import { randomUUID } from 'node:crypto';
import type { MetricPoint } from '../../../protocol/metrics.ts';
import type { Clock, Timer } from '../../clock.ts';
import type { Metrics } from '../../invoke/metricStore.ts';
import {
  type ActionRecord,
  type AutoScalingStore,
  keyOf,
  type PolicyRecord,
  type TargetRecord,
} from './records.ts';
import { parseSchedule } from './schedule.ts';

export interface ScalerOptions {
  readonly clock: Clock;
  readonly store: AutoScalingStore;
  readonly metrics: Pick<Metrics, 'query'>;
  /** What is provisioned now; 0 for nothing. */
  capacity(functionName: string, qualifier: string): number;
  /** As PutProvisionedConcurrencyConfig; throws as it does. */
  provision(functionName: string, qualifier: string, amount: number): void;
}

export interface Scaler {
  /** Something was stored or deleted. */
  changed(): void;
  /** Brings the capacity within the target's bounds. */
  bound(target: TargetRecord, cause: string): void;
  close(): void;
}

const MINUTE = 60_000;
/** Wall milliseconds after which a scheduled action that could not be stored is done again. */
const AGAIN_MS = 1_000;
/** One-minute datapoints that an alarm looks at. */
const HIGH_POINTS = 3;
const LOW_POINTS = 15;
/** The low alarm's threshold, as a part of the target. */
const LOW_PART = 0.9;
/** Scaling in is gradual: so much of the capacity at once. */
const IN_PART = 0.1;
/** Activities that are kept: for six weeks on AWS. */
const ACTIVITIES = 1_000;

export const partsOf = (resourceId: string): [functionName: string, qualifier: string] => {
  const [, functionName = '', qualifier = ''] = resourceId.split(':');
  return [functionName, qualifier];
};

export function createScaler(options: ScalerOptions): Scaler {
  const { clock, store, metrics } = options;
  const { targets, policies, actions, activities } = store;
  let minute: Timer | undefined;
  const schedules = new Map<string, { readonly record: ActionRecord; readonly timer: Timer }>();

  function setCapacity(target: TargetRecord, wanted: number, cause: string): boolean {
    const [functionName, qualifier] = partsOf(target.resourceId);
    if (wanted === options.capacity(functionName, qualifier)) return true;
    let failure: string | undefined;
    try {
      options.provision(functionName, qualifier, wanted);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    const at = clock.serviceNow();
    const id = randomUUID();
    activities.put(`${String(at).padStart(15, '0')}\n${id}`, {
      id,
      resourceId: target.resourceId,
      description: `Setting desired concurrency to ${wanted}.`,
      cause,
      at,
      status: failure === undefined ? 'Successful' : 'Failed',
      statusMessage:
        failure === undefined
          ? `Successfully set desired concurrency to ${wanted}. Change successfully fulfilled by lambda.`
          : `Failed to set desired concurrency to ${wanted}: ${failure}`,
    });
    const all = activities.list();
    for (const old of all.slice(0, Math.max(0, all.length - ACTIVITIES)))
      activities.delete(`${String(old.at).padStart(15, '0')}\n${old.id}`);
    return failure === undefined;
  }

  function bound(target: TargetRecord, cause: string): void {
    const current = options.capacity(...partsOf(target.resourceId));
    const wanted = Math.min(Math.max(current, target.minCapacity), target.maxCapacity);
    if (wanted > 0) setCapacity(target, wanted, cause);
  }

  // Target tracking.

  function watch(): void {
    if (policies.list().length === 0) {
      minute?.cancel();
      minute = undefined;
      return;
    }
    if (minute !== undefined) return;
    const now = clock.serviceNow();
    minute = clock.afterService(MINUTE - (now % MINUTE), () => {
      minute = undefined;
      for (const policy of policies.list()) {
        try {
          evaluate(policy);
        } catch {
          // A full disk, for one: the alarm is still there in a minute.
        }
      }
      watch();
    });
  }

  /** The alarms look at whole minutes; one without any request has no datapoint, and is no reason for anything. */
  function evaluate(policy: PolicyRecord): void {
    const target = targets.get(policy.resourceId);
    if (target === undefined) return;
    const [functionName, qualifier] = partsOf(policy.resourceId);
    const now = clock.serviceNow();
    const to = now - (now % MINUTE);
    const [series] = metrics.query({
      metric: 'ProvisionedConcurrencyUtilization',
      functionName,
      qualifier,
      from: to - LOW_POINTS * MINUTE,
      to,
      period: MINUTE,
    });
    const values = (series?.points ?? []).filter(({ at }) => at < to);
    const recent = values.filter(({ at }) => at >= to - HIGH_POINTS * MINUTE);
    const current = options.capacity(functionName, qualifier);
    const last = recent.at(-1);
    if (last === undefined || current === 0) return;
    const proportional = Math.ceil((current * average(last)) / policy.targetValue - 1e-9);
    const isHigh =
      recent.length === HIGH_POINTS && recent.every(point => average(point) > policy.targetValue);
    const isLow =
      values.length === LOW_POINTS && values.every(point => average(point) < LOW_PART * policy.targetValue);
    if (isHigh && !target.suspended.out && now - (policy.scaledOutAt ?? -Infinity) >= policy.scaleOutCooldown)
      scale(policy, target, Math.max(current, Math.min(target.maxCapacity, proportional)), 'AlarmHigh', now);
    else if (
      isLow &&
      !policy.disableScaleIn &&
      !target.suspended.in &&
      now - Math.max(policy.scaledInAt ?? -Infinity, policy.scaledOutAt ?? -Infinity) >=
        policy.scaleInCooldown
    ) {
      const gradual = current - Math.max(1, Math.floor(current * IN_PART));
      const wanted = Math.min(current, Math.max(target.minCapacity, proportional, gradual, 1));
      scale(policy, target, wanted, 'AlarmLow', now);
    }
  }

  function scale(
    policy: PolicyRecord,
    target: TargetRecord,
    wanted: number,
    alarm: 'AlarmHigh' | 'AlarmLow',
    now: number,
  ): void {
    if (wanted === options.capacity(...partsOf(target.resourceId))) return;
    const cause = `monitor alarm ${alarmName(policy, alarm)} in state ALARM triggered policy ${policy.name}`;
    if (!setCapacity(target, wanted, cause)) return;
    policies.put(keyOf(policy.resourceId, policy.name), {
      ...policy,
      ...(alarm === 'AlarmHigh' ? { scaledOutAt: now } : { scaledInAt: now }),
    });
  }

  // Scheduled actions.

  function plan(): void {
    const wanted = new Map(actions.list().map(record => [keyOf(record.resourceId, record.name), record]));
    for (const [key, { record, timer }] of schedules) {
      if (wanted.get(key) === record) continue;
      timer.cancel();
      schedules.delete(key);
    }
    for (const [key, record] of wanted) {
      if (schedules.has(key)) continue;
      const at = nextRun(record);
      if (at === undefined) continue;
      const timer = clock.afterService(
        at - clock.serviceNow(),
        () => run(key, record),
        () => `scheduled action ${record.name} of ${record.resourceId}`,
      );
      schedules.set(key, { record, timer });
    }
  }

  function run(key: string, record: ActionRecord): void {
    schedules.delete(key);
    try {
      act(record);
      // Last: what could not be stored is done again, by the next host if need be.
      actions.put(key, { ...record, ranAt: clock.serviceNow() });
    } catch {
      // A full disk, for one.
      schedules.set(key, { record, timer: clock.afterWall(AGAIN_MS, () => run(key, record)) });
      return;
    }
    plan();
  }

  function act(record: ActionRecord): void {
    const target = targets.get(record.resourceId);
    if (target !== undefined && !target.suspended.scheduled) {
      const minCapacity = record.minCapacity ?? Math.min(target.minCapacity, record.maxCapacity ?? Infinity);
      const maxCapacity = record.maxCapacity ?? Math.max(target.maxCapacity, minCapacity);
      const changed = { ...target, minCapacity, maxCapacity };
      targets.put(target.resourceId, changed);
      const bounds = `minimum capacity was set to ${minCapacity} and maximum capacity was set to ${maxCapacity}`;
      bound(changed, `${bounds} by scheduled action ${record.name}`);
    }
  }

  function changed(): void {
    watch();
    plan();
  }

  changed();
  return {
    changed,
    bound,
    close() {
      minute?.cancel();
      for (const { timer } of schedules.values()) timer.cancel();
    },
  };
}

/** What was missed while the host was down is due at once. */
function nextRun({ schedule, createdAt, ranAt, startTime, endTime }: ActionRecord): number | undefined {
  const after = Math.max(ranAt ?? createdAt, (startTime ?? -Infinity) - 1);
  const at = parseSchedule(schedule, startTime ?? createdAt)(after);
  return at !== undefined && at <= (endTime ?? Infinity) ? at : undefined;
}

export const alarmName = ({ resourceId, id }: PolicyRecord, alarm: 'AlarmHigh' | 'AlarmLow'): string =>
  `TargetTracking-${resourceId}-${alarm}-${id}`;

const average = ({ sum, samples }: MetricPoint): number => sum / samples;
