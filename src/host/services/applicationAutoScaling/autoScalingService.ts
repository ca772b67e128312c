/**
 * Application Auto Scaling for provisioned concurrency, as `aws application-autoscaling` and the SDKs call it: JSON 1.1,
 * target `AnyScaleFrontendService` (spec/lambda-service.md §6).
 */
import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '../../../protocol/awsError.ts';
import type { Clock } from '../../clock.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../../gateway/service.ts';
import {
  type ActionRecord,
  type AutoScalingStore,
  keyOf,
  type PolicyRecord,
  type TargetRecord,
} from './records.ts';
import {
  type Input,
  inputs,
  invalid,
  notFound,
  type OperationName,
  readInput,
  readResource,
  readTracking,
  shownResource,
  trackedMetric,
} from './requests.ts';
import { alarmName, type Scaler } from './scaler.ts';
import { parseSchedule } from './schedule.ts';

export interface AutoScalingOptions {
  readonly store: AutoScalingStore;
  readonly scaler: Scaler;
  readonly clock: Pick<Clock, 'serviceNow'>;
  readonly region: string;
  readonly accountId: string;
  /** Whether there is such a version or alias. */
  isThere(functionName: string, qualifier: string): boolean;
}

type Handlers = { readonly [N in OperationName]: (input: Input<N>) => object };
/** From a body to the answer. */
type Calls = Readonly<Record<OperationName, (body: Buffer) => object>>;

const seconds = (ms: number): number => ms / 1_000;
const MAX_BODY = 1024 * 1024;
const PAGE = 50;

export function createAutoScalingService(options: AutoScalingOptions): Service {
  const handlers = callsOf(operations(options));
  return {
    scope: 'application-autoscaling',
    maxBodyBytes: MAX_BODY,
    tooLarge: () =>
      new AwsError('RequestEntityTooLargeException', 413, `Request must be smaller than ${MAX_BODY} bytes`),
    handle: request => Promise.resolve().then(() => answer(handlers, request)),
  };
}

function answer(handlers: Calls, request: ServiceRequest): ServiceResponse {
  const target = request.headers['x-amz-target'];
  const operation = typeof target === 'string' ? target.replace(/^AnyScaleFrontendService\./, '') : '';
  if (!Object.hasOwn(inputs, operation))
    throw new AwsError(
      'UnknownOperationException',
      operation === '' ? 400 : 501,
      `The operation ${operation} of application-autoscaling is not supported by Lamplight.`,
    );
  if (request.caller.kind === 'environment')
    throw new AwsError(
      'AccessDeniedException',
      400,
      `User: ${request.caller.arn} is not authorized to perform: application-autoscaling:${operation}`,
    );
  const run = handlers[operation as OperationName];
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(run(request.body)),
  };
}

function callsOf(handlers: Handlers): Calls {
  const call =
    <N extends OperationName>(operation: N, run: (input: Input<N>) => object) =>
    (body: Buffer): object =>
      run(readInput(operation, body));
  return {
    RegisterScalableTarget: call('RegisterScalableTarget', handlers.RegisterScalableTarget),
    DeregisterScalableTarget: call('DeregisterScalableTarget', handlers.DeregisterScalableTarget),
    DescribeScalableTargets: call('DescribeScalableTargets', handlers.DescribeScalableTargets),
    PutScalingPolicy: call('PutScalingPolicy', handlers.PutScalingPolicy),
    DeleteScalingPolicy: call('DeleteScalingPolicy', handlers.DeleteScalingPolicy),
    DescribeScalingPolicies: call('DescribeScalingPolicies', handlers.DescribeScalingPolicies),
    PutScheduledAction: call('PutScheduledAction', handlers.PutScheduledAction),
    DeleteScheduledAction: call('DeleteScheduledAction', handlers.DeleteScheduledAction),
    DescribeScheduledActions: call('DescribeScheduledActions', handlers.DescribeScheduledActions),
    DescribeScalingActivities: call('DescribeScalingActivities', handlers.DescribeScalingActivities),
  };
}

/** One page by number: nothing is added between the lines of a local account often enough to matter. */
function page<T>(
  all: readonly T[],
  input: { MaxResults?: number | undefined; NextToken?: string | undefined },
) {
  const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
  if (!Number.isInteger(from) || from < 0)
    throw new AwsError('InvalidNextTokenException', 400, `Invalid next token: ${String(input.NextToken)}`);
  const to = from + Math.min(input.MaxResults ?? PAGE, PAGE);
  return { items: all.slice(from, to), ...(to < all.length ? { NextToken: String(to) } : {}) };
}

function operations(options: AutoScalingOptions): Handlers {
  const { store, scaler, clock, region, accountId } = options;
  const { targets, policies, actions, activities } = store;
  const policyArn = ({ id, resourceId, name }: PolicyRecord): string =>
    `arn:aws:autoscaling:${region}:${accountId}:scalingPolicy:${id}:resource/lambda/${resourceId}:policyName/${name}`;
  const actionArn = ({ id, resourceId, name }: ActionRecord): string =>
    `arn:aws:autoscaling:${region}:${accountId}:scheduledAction:${id}:resource/lambda/${resourceId}:scheduledActionName/${name}`;
  const targetArn = (resourceId: string): string => {
    const id = createHash('sha256').update(resourceId).digest('hex').slice(0, 28);
    return `arn:aws:application-autoscaling:${region}:${accountId}:scalable-target/${id}`;
  };
  const alarmsOf = (policy: PolicyRecord) =>
    (['AlarmHigh', 'AlarmLow'] as const).map(alarm => ({
      AlarmName: alarmName(policy, alarm),
      AlarmARN: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarmName(policy, alarm)}`,
    }));
  const requireTarget = (resourceId: string): TargetRecord => {
    const target = targets.get(resourceId);
    if (target === undefined) throw notFound('scalable target', resourceId);
    return target;
  };

  return {
    RegisterScalableTarget(input) {
      const { ResourceId: resourceId, SuspendedState: state } = input;
      const [functionName, qualifier] = readResource(resourceId);
      const before = targets.get(resourceId);
      const minCapacity = input.MinCapacity ?? before?.minCapacity;
      const maxCapacity = input.MaxCapacity ?? before?.maxCapacity;
      if (minCapacity === undefined || maxCapacity === undefined)
        throw invalid('MinCapacity and MaxCapacity are required for a scalable target that is new.');
      if (minCapacity > maxCapacity)
        throw invalid(
          `Maximum capacity cannot be less than minimum capacity: ${maxCapacity}, ${minCapacity}`,
        );
      if (!options.isThere(functionName, qualifier)) throw invalid(`There is no ${resourceId}.`);
      const target: TargetRecord = {
        resourceId,
        minCapacity,
        maxCapacity,
        suspended: {
          in: state?.DynamicScalingInSuspended ?? before?.suspended.in ?? false,
          out: state?.DynamicScalingOutSuspended ?? before?.suspended.out ?? false,
          scheduled: state?.ScheduledScalingSuspended ?? before?.suspended.scheduled ?? false,
        },
        createdAt: before?.createdAt ?? clock.serviceNow(),
      };
      targets.put(resourceId, target);
      scaler.bound(
        target,
        `minimum capacity was set to ${minCapacity} and maximum capacity was set to ${maxCapacity}`,
      );
      return { ScalableTargetARN: targetArn(resourceId) };
    },
    DeregisterScalableTarget({ ResourceId: resourceId }) {
      requireTarget(resourceId);
      // Its policies and actions go with it.
      for (const { name } of policies.list().filter(one => one.resourceId === resourceId))
        policies.delete(keyOf(resourceId, name));
      for (const { name } of actions.list().filter(one => one.resourceId === resourceId))
        actions.delete(keyOf(resourceId, name));
      targets.delete(resourceId);
      scaler.changed();
      return {};
    },
    DescribeScalableTargets(input) {
      const found = targets
        .list()
        .filter(({ resourceId }) => input.ResourceIds?.includes(resourceId) ?? true);
      const { items, ...rest } = page(found, input);
      return {
        ScalableTargets: items.map(({ resourceId, minCapacity, maxCapacity, suspended, createdAt }) => ({
          ...shownResource(resourceId),
          MinCapacity: minCapacity,
          MaxCapacity: maxCapacity,
          RoleARN: `arn:aws:iam::${accountId}:role/aws-service-role/lambda.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency`,
          CreationTime: seconds(createdAt),
          SuspendedState: {
            DynamicScalingInSuspended: suspended.in,
            DynamicScalingOutSuspended: suspended.out,
            ScheduledScalingSuspended: suspended.scheduled,
          },
          ScalableTargetARN: targetArn(resourceId),
        })),
        ...rest,
      };
    },
    PutScalingPolicy(input) {
      const { resourceId } = requireTarget(input.ResourceId);
      const config = readTracking(input);
      const key = keyOf(resourceId, input.PolicyName);
      const before = policies.get(key);
      const policy: PolicyRecord = {
        resourceId,
        name: input.PolicyName,
        id: before?.id ?? randomUUID(),
        targetValue: config.TargetValue,
        scaleInCooldown: (config.ScaleInCooldown ?? 0) * 1_000,
        scaleOutCooldown: (config.ScaleOutCooldown ?? 0) * 1_000,
        disableScaleIn: config.DisableScaleIn ?? false,
        createdAt: before?.createdAt ?? clock.serviceNow(),
      };
      policies.put(key, policy);
      scaler.changed();
      return { PolicyARN: policyArn(policy), Alarms: alarmsOf(policy) };
    },
    DeleteScalingPolicy({ ResourceId: resourceId, PolicyName: name }) {
      if (!policies.delete(keyOf(resourceId, name))) throw notFound('scaling policy', resourceId);
      scaler.changed();
      return {};
    },
    DescribeScalingPolicies(input) {
      const found = policies
        .list()
        .filter(({ resourceId }) => input.ResourceId === undefined || resourceId === input.ResourceId)
        .filter(({ name }) => input.PolicyNames?.includes(name) ?? true);
      const { items, ...rest } = page(found, input);
      return {
        ScalingPolicies: items.map(policy => ({
          PolicyARN: policyArn(policy),
          PolicyName: policy.name,
          ...shownResource(policy.resourceId),
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: policy.targetValue,
            PredefinedMetricSpecification: trackedMetric,
            ScaleOutCooldown: seconds(policy.scaleOutCooldown),
            ScaleInCooldown: seconds(policy.scaleInCooldown),
            DisableScaleIn: policy.disableScaleIn,
          },
          Alarms: alarmsOf(policy),
          CreationTime: seconds(policy.createdAt),
        })),
        ...rest,
      };
    },
    PutScheduledAction(input) {
      const { resourceId } = requireTarget(input.ResourceId);
      const key = keyOf(resourceId, input.ScheduledActionName);
      const before = actions.get(key);
      const { MinCapacity: min, MaxCapacity: max } = input.ScalableTargetAction ?? {};
      const schedule = input.Schedule ?? before?.schedule;
      const minCapacity = min ?? before?.minCapacity;
      const maxCapacity = max ?? before?.maxCapacity;
      const startTime = input.StartTime === undefined ? before?.startTime : input.StartTime * 1_000;
      const endTime = input.EndTime === undefined ? before?.endTime : input.EndTime * 1_000;
      if (schedule === undefined) throw invalid('Schedule is required for a scheduled action that is new.');
      if (input.Timezone !== undefined && !/^(UTC|GMT|Etc\/UTC)$/.test(input.Timezone))
        throw invalid(`Lamplight knows schedules in UTC only, not in ${input.Timezone}.`);
      if (minCapacity === undefined && maxCapacity === undefined)
        throw invalid('ScalableTargetAction needs MinCapacity or MaxCapacity.');
      if ((minCapacity ?? 0) > (maxCapacity ?? Infinity))
        throw invalid(
          `Maximum capacity cannot be less than minimum capacity: ${maxCapacity}, ${minCapacity}`,
        );
      const createdAt = clock.serviceNow();
      if (parseSchedule(schedule, createdAt)(createdAt) === undefined)
        throw invalid(`The schedule lies in the past: ${schedule}`);
      actions.put(key, {
        resourceId,
        name: input.ScheduledActionName,
        id: before?.id ?? randomUUID(),
        schedule,
        createdAt,
        ...(startTime === undefined ? {} : { startTime }),
        ...(endTime === undefined ? {} : { endTime }),
        ...(minCapacity === undefined ? {} : { minCapacity }),
        ...(maxCapacity === undefined ? {} : { maxCapacity }),
      });
      scaler.changed();
      return {};
    },
    DeleteScheduledAction({ ResourceId: resourceId, ScheduledActionName: name }) {
      if (!actions.delete(keyOf(resourceId, name))) throw notFound('scheduled action', resourceId);
      scaler.changed();
      return {};
    },
    DescribeScheduledActions(input) {
      const found = actions
        .list()
        .filter(({ resourceId }) => input.ResourceId === undefined || resourceId === input.ResourceId)
        .filter(({ name }) => input.ScheduledActionNames?.includes(name) ?? true);
      const { items, ...rest } = page(found, input);
      return {
        ScheduledActions: items.map(action => ({
          ScheduledActionName: action.name,
          ScheduledActionARN: actionArn(action),
          ...shownResource(action.resourceId),
          Schedule: action.schedule,
          StartTime: action.startTime === undefined ? undefined : seconds(action.startTime),
          EndTime: action.endTime === undefined ? undefined : seconds(action.endTime),
          ScalableTargetAction: { MinCapacity: action.minCapacity, MaxCapacity: action.maxCapacity },
          CreationTime: seconds(action.createdAt),
        })),
        ...rest,
      };
    },
    DescribeScalingActivities(input) {
      const found = activities
        .list()
        .filter(({ resourceId }) => input.ResourceId === undefined || resourceId === input.ResourceId)
        .reverse();
      const { items, ...rest } = page(found, input);
      return {
        ScalingActivities: items.map(({ id, resourceId, description, cause, at, status, statusMessage }) => ({
          ActivityId: id,
          ...shownResource(resourceId),
          Description: description,
          Cause: cause,
          StartTime: seconds(at),
          EndTime: seconds(at),
          StatusCode: status,
          StatusMessage: statusMessage,
        })),
        ...rest,
      };
    },
  };
}
