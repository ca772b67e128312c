/** AWS CodePipeline, CodeCommit and CodeDeploy. */
import { arn, iamArn } from './arn.ts';
import { hex, uuid } from './identifier.ts';
import { account, eventTime, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { isoOffset } from './timeFormat.ts';

export const developerToolSamples = [
  defineSample({
    id: 'codepipeline/job',
    service: 'AWS CodePipeline',
    title: 'Invoke action',
    description: 'A job of a pipeline: end it by PutJobSuccessResult or PutJobFailureResult.',
    docs: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html',
    parameters: {
      userParameters: text('User parameters', '{"url":"https://orders.example.com/health"}'),
      functionName: text('Function', 'orders-smoke-test'),
      bucket: text('Artifact bucket', 'orders-artifacts'),
      account,
    },
    event: values => ({
      'CodePipeline.job': {
        id: uuid(`pipeline job ${values.functionName}`),
        accountId: values.account,
        data: {
          actionConfiguration: {
            configuration: {
              FunctionName: values.functionName,
              UserParameters: values.userParameters,
            },
          },
          inputArtifacts: [
            {
              name: 'BuildOutput',
              revision: null,
              location: {
                type: 'S3',
                s3Location: {
                  bucketName: values.bucket,
                  objectKey: 'orders-pipeline/BuildOutpu/a1B2c3D.zip',
                },
              },
            },
          ],
          outputArtifacts: [],
          artifactCredentials: {
            accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
            secretAccessKey: 'EXAMPLE',
            sessionToken: 'EXAMPLE',
          },
        },
      },
    }),
  }),
  defineSample({
    id: 'codecommit/push',
    service: 'AWS CodeCommit',
    title: 'Push to a repository',
    description: 'A trigger of a repository; a new or deleted branch or tag has created or deleted true.',
    docs: 'https://docs.aws.amazon.com/codecommit/latest/userguide/how-to-notify-lambda.html',
    parameters: {
      repository: text('Repository', 'orders'),
      ref: text('Reference', 'refs/heads/main'),
      customData: text('Custom data', 'notify the team'),
      region,
      account,
      time: eventTime,
    },
    event: values => ({
      Records: [
        {
          awsRegion: values.region,
          codecommit: { references: [{ commit: hex(`commit ${values.ref}`, 40), ref: values.ref }] },
          customData: values.customData,
          eventId: uuid(`push ${values.repository}`),
          eventName: 'ReferenceChanges',
          eventPartNumber: 1,
          eventSource: 'aws:codecommit',
          eventSourceARN: arn('codecommit', values.region, values.account, values.repository),
          eventTime: isoOffset(values.time),
          eventTotalParts: 1,
          eventTriggerConfigId: uuid(`trigger ${values.repository}`),
          eventTriggerName: 'orders-trigger',
          eventVersion: '1.0',
          userIdentityARN: iamArn(values.region, values.account, 'user/jane'),
        },
      ],
    }),
  }),
  defineSample({
    id: 'codedeploy/lifecycle-hook',
    service: 'AWS CodeDeploy',
    title: 'Lifecycle hook',
    description:
      'A BeforeAllowTraffic or AfterAllowTraffic hook: report by PutLifecycleEventHookExecutionStatus.',
    docs: 'https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html',
    parameters: { deploymentId: text('Deployment', 'd-ABCDEFGHI') },
    event: values => ({
      DeploymentId: values.deploymentId,
      LifecycleEventHookExecutionId: uuid(`hook ${values.deploymentId}`),
    }),
  }),
] as const;
