/** Names that depend on region and account: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */

/** `aws`, `aws-cn` or `aws-us-gov`. */
function partition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** The ARN of a regional resource: `arn:aws:sqs:us-east-1:123456789012:orders`. */
export const arn = (service: string, region: string, account: string, resource: string): string =>
  `arn:${partition(region)}:${service}:${region}:${account}:${resource}`;

/** The ARN of an IAM entity, which has no region: `arn:aws:iam::123456789012:role/orders`. */
export const iamArn = (region: string, account: string, resource: string): string =>
  `arn:${partition(region)}:iam::${account}:${resource}`;

/** The ARN of a session of an assumed role: `arn:aws:sts::123456789012:assumed-role/orders/session`. */
export const sessionArn = (region: string, account: string, role: string, session: string): string =>
  `arn:${partition(region)}:sts::${account}:assumed-role/${role}/${session}`;

/** The ARN of a bucket, which has neither region nor account. */
export const bucketArn = (region: string, bucket: string): string =>
  `arn:${partition(region)}:s3:::${bucket}`;

/** `sqs.us-east-1.amazonaws.com` */
export const host = (service: string, region: string): string =>
  `${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
