const DOMAIN = String.raw`(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws)`;
const AWS_HOST = new RegExp(String.raw`(?:^|\.)${DOMAIN}$`, 'i');
/** `sqs.eu-west-1.amazonaws.com`, `eu-west-1.queue.amazonaws.com`, `vpce-1.sqs.eu-west-1.vpce.amazonaws.com` */
const REGIONAL = new RegExp(
  String.raw`(?:^|\.)([a-z]{2,4}(?:-[a-z]+)+-\d+)\.(?:(?:vpce|queue)\.)?${DOMAIN}$`,
  'i',
);

/** Only the user's own keys are good for it. */
export const isAwsHost = (url: URL): boolean => AWS_HOST.test(url.hostname);

/**
 * The region that AWS's name of an endpoint tells: it takes only what is signed for that one. Undefined for other hosts, and
 * for the names without one (https://docs.aws.amazon.com/general/latest/gr/rande.html).
 */
export const awsRegionOf = (url: URL): string | undefined => REGIONAL.exec(url.hostname)?.[1]?.toLowerCase();
