/** Application Auto Scaling with the official client, on the clock of a real host. */
import assert from 'node:assert/strict';
import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CreateAliasCommand,
  GetProvisionedConcurrencyConfigCommand,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { call, createFunction } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { run } from '../cli/program.ts';

describe('application auto scaling', () => {
  const host = useTestHost();
  let scaling: ApplicationAutoScalingClient;
  const resource = {
    ServiceNamespace: 'lambda',
    ResourceId: 'function:scaled:live',
    ScalableDimension: 'lambda:function:ProvisionedConcurrency',
  } as const;
  const provisioned = () =>
    host().client.send(
      new GetProvisionedConcurrencyConfigCommand({ FunctionName: 'scaled', Qualifier: 'live' }),
    );
  const settled = (requested: number): Promise<unknown> =>
    until(
      async () => {
        const config = await provisioned();
        return config.RequestedProvisionedConcurrentExecutions === requested && config.Status === 'READY';
      },
      { what: `${requested} to be ready` },
    );
  const clock = async (...argv: string[]): Promise<string> => {
    const { code, out, err } = await run(['clock', ...argv, '--state', host().stateDir], {
      cwd: host().root.path,
    });
    assert.equal(code, 0, err);
    return out;
  };

  before(async () => {
    const { ready, client } = host();
    scaling = new ApplicationAutoScalingClient({
      endpoint: ready.endpoint,
      region: ready.region,
      credentials: ready.credentials,
      maxAttempts: 1,
    });
    await createFunction(client, 'scaled', 'exports.handler = async () => 1;');
    await client.send(new PublishVersionCommand({ FunctionName: 'scaled' }));
    await client.send(new CreateAliasCommand({ FunctionName: 'scaled', Name: 'live', FunctionVersion: '1' }));
  });
  after(() => scaling.destroy());

  it('provisions what the target is registered with, and shows it', async () => {
    const register = (change: object) =>
      scaling.send(new RegisterScalableTargetCommand({ ...resource, ...change }));
    for (const [change, message] of [
      [{}, /MinCapacity and MaxCapacity are required/],
      [{ MinCapacity: 3, MaxCapacity: 1 }, /Maximum capacity cannot be less/],
      [{ MinCapacity: 1, MaxCapacity: 3, ResourceId: 'function:scaled' }, /function:NAME:ALIAS/],
      [{ MinCapacity: 1, MaxCapacity: 3, ResourceId: 'function:scaled:none' }, /There is no/],
      [{ MinCapacity: 1, MaxCapacity: 3, ServiceNamespace: 'ecs' }, /Unsupported service namespace/],
      [{ MinCapacity: -1, MaxCapacity: 3 }, /MinCapacity: /],
    ] as const)
      await assert.rejects(register(change), { name: 'ValidationException', message });
    const { ScalableTargetARN } = await register({ MinCapacity: 1, MaxCapacity: 3 });
    assert.match(
      ScalableTargetARN ?? '',
      /^arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target\//,
    );
    await settled(1);
    const { ScalableTargets: [target] = [] } = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'lambda' }),
    );
    assert.deepEqual(
      [target?.ResourceId, target?.MinCapacity, target?.MaxCapacity, target?.ScalableTargetARN],
      [resource.ResourceId, 1, 3, ScalableTargetARN],
    );
  });

  it('scales out when the clock has passed three busy minutes', async function () {
    this.timeout(30_000);
    const { client } = host();
    const policy = (TargetValue: number) =>
      scaling.send(
        new PutScalingPolicyCommand({
          ...resource,
          PolicyName: 'track',
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue,
            PredefinedMetricSpecification: {
              PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization',
            },
          },
        }),
      );
    await assert.rejects(policy(70), { name: 'ValidationException', message: /from 0\.1 to 0\.9/ });
    const { PolicyARN, Alarms } = await policy(0.5);
    assert.match(
      PolicyARN ?? '',
      /:scalingPolicy:.*:resource\/lambda\/function:scaled:live:policyName\/track$/,
    );
    assert.equal(Alarms?.length, 2);
    await clock('freeze');
    for (let minute = 0; minute < 4; minute++) {
      await call(client, 'scaled', {}, { Qualifier: 'live' });
      await clock('advance', '1m');
    }
    await settled(2);
    const { ScalingActivities: [activity] = [] } = await scaling.send(
      new DescribeScalingActivitiesCommand({ ServiceNamespace: 'lambda', ResourceId: resource.ResourceId }),
    );
    assert.equal(activity?.Description, 'Setting desired concurrency to 2.');
    assert.equal(activity.StatusCode, 'Successful');
    assert.match(activity.Cause ?? '', /AlarmHigh-.* in state ALARM triggered policy track$/);
    const { ScalingPolicies } = await scaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'lambda', PolicyNames: ['track'] }),
    );
    assert.equal(ScalingPolicies?.[0]?.TargetTrackingScalingPolicyConfiguration?.TargetValue, 0.5);
    await scaling.send(new DeleteScalingPolicyCommand({ ...resource, PolicyName: 'track' }));
  });

  it('runs a scheduled action when its time has come', async () => {
    const put = (Schedule: string) =>
      scaling.send(
        new PutScheduledActionCommand({
          ...resource,
          ScheduledActionName: 'morning',
          Schedule,
          ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 3 },
        }),
      );
    await assert.rejects(put('every morning'), { name: 'ValidationException' });
    await put('rate(2 hours)');
    const { ScheduledActions } = await scaling.send(
      new DescribeScheduledActionsCommand({ ServiceNamespace: 'lambda' }),
    );
    assert.deepEqual(ScheduledActions?.[0]?.ScalableTargetAction, { MinCapacity: 3, MaxCapacity: 3 });
    assert.match(await clock('advance', '2h'), /scheduled action morning of function:scaled:live/);
    await settled(3);
    await scaling.send(new DeregisterScalableTargetCommand(resource));
    await assert.rejects(scaling.send(new DeregisterScalableTargetCommand(resource)), {
      name: 'ObjectNotFoundException',
      message: /^No scalable target found for service namespace: lambda, resource ID: function:scaled:live, /,
    });
  });
});
