import assert from 'node:assert/strict';
import { awsRegionOf, isAwsHost } from '../../../src/protocol/awsHost.ts';

describe('the name of an endpoint of AWS', () => {
  for (const [host, region] of [
    ['sqs.eu-west-1.amazonaws.com', 'eu-west-1'],
    ['eu-west-1.queue.amazonaws.com', 'eu-west-1'],
    ['vpce-1a2b.sqs.us-gov-west-1.vpce.amazonaws.com', 'us-gov-west-1'],
    ['bucket.s3.dualstack.ap-southeast-2.amazonaws.com', 'ap-southeast-2'],
    ['sqs.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['sqs.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
    ['sqs.eu-west-1.api.aws', 'eu-west-1'],
    ['us-bucket-1.s3.amazonaws.com', undefined],
    ['s3.amazonaws.com', undefined],
  ] as const)
    it(`tells ${region ?? 'no region'}: ${host}`, () => {
      assert.equal(isAwsHost(new URL(`https://${host}/`)), true);
      assert.equal(awsRegionOf(new URL(`https://${host}/`)), region);
    });

  it('tells nothing of others', () => {
    for (const host of ['sqs.eu-west-1.example.com', 'localhost:4566', 'notamazonaws.com']) {
      assert.equal(isAwsHost(new URL(`https://${host}/`)), false);
      assert.equal(awsRegionOf(new URL(`https://${host}/`)), undefined);
    }
  });
});
