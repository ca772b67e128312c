/** `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, taken apart. */
export interface ResourceArn {
  readonly text: string;
  readonly partition: string;
  readonly service: string;
  /** Empty where the resource belongs to none: buckets. */
  readonly region: string;
  readonly accountId: string;
  /** All that follows, colons and slashes included. */
  readonly resource: string;
}

/** Undefined for what has no six parts. */
export function parseArn(text: string): ResourceArn | undefined {
  const match = /^arn:([^:]*):([^:]*):([^:]*):([^:]*):([\s\S]+)$/.exec(text);
  if (match === null) return undefined;
  const [, partition = '', service = '', region = '', accountId = '', resource = ''] = match;
  return { text, partition, service, region, accountId, resource };
}

/** Whether the endpoint serves another region: what has the same name there is another resource. */
export const isOtherRegion = (endpoint: { readonly region?: string }, arn: ResourceArn): boolean =>
  endpoint.region !== undefined && arn.region !== '' && arn.region !== endpoint.region;
