/** Reads the input of Application Auto Scaling's operations. */
import * as z from 'zod/mini';
import { AwsError } from '../../../protocol/awsError.ts';

const NAMESPACE = 'lambda';
const DIMENSION = 'lambda:function:ProvisionedConcurrency';
const METRIC = 'LambdaProvisionedConcurrencyUtilization';

export const invalid = (message: string): AwsError => new AwsError('ValidationException', 400, message);

const optional = z.optional;
const capacity = z.int().check(z.gte(0), z.lte(100_000));
const name = z.string().check(z.minLength(1), z.maxLength(256), z.regex(/^[^\p{Cc}|:/]+$/u));
const cooldown = optional(z.int().check(z.gte(0), z.lte(86_400)));
const resource = {
  ServiceNamespace: z.string(),
  ResourceId: z.string(),
  ScalableDimension: z.string(),
};
const asked = {
  ServiceNamespace: z.string(),
  ResourceId: optional(z.string()),
  ScalableDimension: optional(z.string()),
  MaxResults: optional(z.int().check(z.gte(1))),
  NextToken: optional(z.string()),
};
const bounds = { MinCapacity: optional(capacity), MaxCapacity: optional(capacity) };

export const inputs = {
  RegisterScalableTarget: z.object({
    ...resource,
    ...bounds,
    SuspendedState: optional(
      z.object({
        DynamicScalingInSuspended: optional(z.boolean()),
        DynamicScalingOutSuspended: optional(z.boolean()),
        ScheduledScalingSuspended: optional(z.boolean()),
      }),
    ),
  }),
  DeregisterScalableTarget: z.object(resource),
  DescribeScalableTargets: z.object({ ...asked, ResourceIds: optional(z.array(z.string())) }),
  PutScalingPolicy: z.object({
    ...resource,
    PolicyName: name,
    PolicyType: optional(z.string()),
    TargetTrackingScalingPolicyConfiguration: optional(
      z.object({
        TargetValue: z.number(),
        PredefinedMetricSpecification: optional(z.object({ PredefinedMetricType: z.string() })),
        CustomizedMetricSpecification: optional(z.unknown()),
        ScaleOutCooldown: cooldown,
        ScaleInCooldown: cooldown,
        DisableScaleIn: optional(z.boolean()),
      }),
    ),
  }),
  DeleteScalingPolicy: z.object({ ...resource, PolicyName: z.string() }),
  DescribeScalingPolicies: z.object({ ...asked, PolicyNames: optional(z.array(z.string())) }),
  PutScheduledAction: z.object({
    ...resource,
    ScheduledActionName: name,
    Schedule: optional(z.string()),
    Timezone: optional(z.string()),
    StartTime: optional(z.number()),
    EndTime: optional(z.number()),
    ScalableTargetAction: optional(z.object(bounds)),
  }),
  DeleteScheduledAction: z.object({ ...resource, ScheduledActionName: z.string() }),
  DescribeScheduledActions: z.object({ ...asked, ScheduledActionNames: optional(z.array(z.string())) }),
  DescribeScalingActivities: z.object(asked),
} as const;

export type OperationName = keyof typeof inputs;
export type Input<N extends OperationName> = z.infer<(typeof inputs)[N]>;

/** Throws ValidationException, which names the member. */
export function readInput<N extends OperationName>(operation: N, body: Buffer): Input<N> {
  let value: unknown;
  try {
    value = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 400, 'The request body is not JSON.');
  }
  const result = inputs[operation].safeParse(value);
  if (!result.success)
    throw invalid(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  const input = result.data as Input<N>;
  const { ServiceNamespace, ScalableDimension = DIMENSION } = input;
  // Other services' resources are not here.
  if (ServiceNamespace !== NAMESPACE || ScalableDimension !== DIMENSION)
    throw invalid(
      `Unsupported service namespace, resource type or scalable dimension: ${ServiceNamespace}, ${ScalableDimension}. Lamplight scales ${NAMESPACE}, ${DIMENSION}.`,
    );
  return input;
}

/** `function:NAME:QUALIFIER`, in its parts. */
export function readResource(resourceId: string): [functionName: string, qualifier: string] {
  const [, functionName, qualifier] = /^function:([^:]+):([^:]+)$/.exec(resourceId) ?? [];
  if (functionName === undefined || qualifier === undefined || qualifier === '$LATEST')
    throw invalid(`The resource id is function:NAME:ALIAS or function:NAME:VERSION, not ${resourceId}.`);
  return [functionName, qualifier];
}

export function readTracking(input: Input<'PutScalingPolicy'>) {
  const config = input.TargetTrackingScalingPolicyConfiguration;
  if ((input.PolicyType ?? 'TargetTrackingScaling') !== 'TargetTrackingScaling' || config === undefined)
    throw invalid(
      'Lambda supports TargetTrackingScaling with a TargetTrackingScalingPolicyConfiguration only.',
    );
  if (config.PredefinedMetricSpecification?.PredefinedMetricType !== METRIC)
    throw invalid(`The metric to track is the predefined ${METRIC}.`);
  if (config.TargetValue < 0.1 || config.TargetValue > 0.9)
    throw invalid(`TargetValue is from 0.1 to 0.9 for ${METRIC}, not ${config.TargetValue}.`);
  return config;
}

export const shownResource = (resourceId: string) => ({
  ServiceNamespace: NAMESPACE,
  ResourceId: resourceId,
  ScalableDimension: DIMENSION,
});

export const notFound = (what: string, resourceId: string): AwsError =>
  new AwsError(
    'ObjectNotFoundException',
    400,
    `No ${what} found for service namespace: ${NAMESPACE}, resource ID: ${resourceId}, scalable dimension: ${DIMENSION}`,
  );

export const trackedMetric = { PredefinedMetricType: METRIC };
