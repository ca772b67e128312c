/** Events of AWS's build, delivery and workflow services on the default bus. */
import { arn } from './arn.ts';
import { sha256 } from './encoding.ts';
import { busEvent, busParameters } from './eventBridge.ts';
import { uuid } from './identifier.ts';
import { choice, jsonObject, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { after, inWords } from './timeFormat.ts';

const service = 'Amazon EventBridge';

/** `Jan 15, 2026 12:30:45 PM` */
function buildTime(at: Date): string {
  const { date, time } = inWords(at);
  return `${date} ${time}`;
}

export const eventBridgeDeliverySamples = [
  defineSample({
    id: 'eventbridge/codepipeline-state-change',
    service,
    title: 'CodePipeline execution state change',
    description: 'An execution of a pipeline has changed its state.',
    docs: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html',
    parameters: {
      pipeline: text('Pipeline', 'orders-pipeline'),
      state: choice('State', [
        'SUCCEEDED',
        'STARTED',
        'RESUMED',
        'FAILED',
        'STOPPING',
        'STOPPED',
        'SUPERSEDED',
      ]),
      ...busParameters,
    },
    event: ({ pipeline, state, ...values }) =>
      busEvent({
        ...values,
        source: 'aws.codepipeline',
        detailType: 'CodePipeline Pipeline Execution State Change',
        resources: [arn('codepipeline', values.region, values.account, pipeline)],
        detail: { pipeline, 'execution-id': uuid(`execution ${pipeline}`), state, version: 3 },
      }),
  }),
  defineSample({
    id: 'eventbridge/codebuild-state-change',
    service,
    title: 'CodeBuild build state change',
    description: 'A build has changed its status; times within the detail are in words.',
    docs: 'https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications-ref.html',
    parameters: {
      project: text('Project', 'orders-build'),
      status: choice('Build status', ['SUCCEEDED', 'IN_PROGRESS', 'FAILED', 'STOPPED']),
      ...busParameters,
    },
    event: ({ project, status, ...values }) => {
      const build = uuid(`build ${project}`);
      const started = after(values.time, -160_000);
      const buildArn = arn('codebuild', values.region, values.account, `build/${project}:${build}`);
      return busEvent({
        ...values,
        source: 'aws.codebuild',
        detailType: 'CodeBuild Build State Change',
        resources: [buildArn],
        detail: {
          'build-status': status,
          'project-name': project,
          'build-id': buildArn,
          'additional-information': {
            artifact: { location: '' },
            environment: {
              image: 'aws/codebuild/standard:7.0',
              'privileged-mode': false,
              'compute-type': 'BUILD_GENERAL1_SMALL',
              type: 'LINUX_CONTAINER',
              'environment-variables': [],
            },
            'timeout-in-minutes': 60,
            'build-complete': status !== 'IN_PROGRESS',
            initiator: 'jane',
            'build-start-time': buildTime(started),
            source: { location: `https://github.com/example/${project}.git`, type: 'GITHUB' },
            logs: { 'group-name': `/aws/codebuild/${project}`, 'stream-name': build },
            phases: [
              {
                'phase-context': [],
                'start-time': buildTime(started),
                'end-time': buildTime(after(started, 1_000)),
                'duration-in-seconds': 1,
                'phase-type': 'SUBMITTED',
                'phase-status': 'SUCCEEDED',
              },
            ],
          },
          'current-phase': status === 'IN_PROGRESS' ? 'BUILD' : 'COMPLETED',
          'current-phase-context': '[]',
          version: '1',
        },
      });
    },
  }),
  defineSample({
    id: 'eventbridge/ecr-image-push',
    service,
    title: 'ECR image pushed',
    description: 'An image has been pushed to a repository.',
    docs: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html',
    parameters: {
      repository: text('Repository', 'orders-worker'),
      tag: text('Image tag', 'latest'),
      ...busParameters,
    },
    event: ({ repository, tag, ...values }) =>
      busEvent({
        ...values,
        source: 'aws.ecr',
        detailType: 'ECR Image Action',
        resources: [],
        detail: {
          result: 'SUCCESS',
          'repository-name': repository,
          'image-digest': `sha256:${sha256(`${repository}:${tag}`)}`,
          'action-type': 'PUSH',
          'image-tag': tag,
        },
      }),
  }),
  defineSample({
    id: 'eventbridge/stepfunctions-status-change',
    service,
    title: 'Step Functions execution status change',
    description: 'An execution of a standard workflow has changed its status; dates are in milliseconds.',
    docs: 'https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html',
    parameters: {
      stateMachine: text('State machine', 'orders-workflow'),
      status: choice('Status', ['SUCCEEDED', 'RUNNING', 'FAILED', 'TIMED_OUT', 'ABORTED']),
      input: jsonObject('Input', { orderId: '1001' }),
      ...busParameters,
    },
    event: ({ stateMachine, status, input, ...values }) => {
      const name = uuid(`execution ${stateMachine}`);
      const states = (resource: string): string => arn('states', values.region, values.account, resource);
      const executionArn = states(`execution:${stateMachine}:${name}`);
      const running = status === 'RUNNING';
      const succeeded = status === 'SUCCEEDED';
      return busEvent({
        ...values,
        source: 'aws.states',
        detailType: 'Step Functions Execution Status Change',
        resources: [executionArn],
        detail: {
          executionArn,
          stateMachineArn: states(`stateMachine:${stateMachine}`),
          name,
          status,
          startDate: after(values.time, running ? 0 : -1_200).getTime(),
          stopDate: running ? null : values.time.getTime(),
          input: JSON.stringify(input),
          output: succeeded ? JSON.stringify(input) : null,
          inputDetails: { included: true },
          outputDetails: succeeded ? { included: true } : null,
          stateMachineVersionArn: null,
          stateMachineAliasArn: null,
          redriveCount: 0,
          redriveDate: null,
          error: status === 'FAILED' ? 'OrderRejected' : null,
          cause: status === 'FAILED' ? 'The order has no lines' : null,
        },
      });
    },
  }),
] as const;
