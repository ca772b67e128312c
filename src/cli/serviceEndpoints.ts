/** `--service-endpoint SERVICE=URL` and `ARN=URL`: what is said no to before the host's code is even loaded. */
import { findAwsProfile } from '../client/awsProfile.ts';
import { surroundings } from '../client/userFolders.ts';
import { awsRegionOf, isAwsHost } from '../protocol/awsHost.ts';
import type { AwsProfile } from '../protocol/awsProfile.ts';
import type { ServiceEndpoint } from '../protocol/serviceEndpoint.ts';
import { CommandError, type Context, UsageError } from './command.ts';

const FLAG = '--service-endpoint';
const SERVICE = /^[a-z][a-z0-9-]*$/;
const ARN = /^arn:[^:\s]+:([a-z0-9-]+):([^:\s]*):[^:\s]*:[^\s]+$/;
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/i;

/**
 * A URL may name a profile of the user's AWS configuration, percent-encoded, before an `@`: its keys sign what goes there.
 * @param profile what `--aws-profile` names; it signs for AWS's own addresses that name none
 * Throws UsageError with the text that is wrong in it, or CommandError where a profile is not there.
 */
export async function serviceEndpointsOf(
  texts: readonly string[],
  profile: AwsProfile | undefined,
  context: Context,
): Promise<readonly ServiceEndpoint[]> {
  const all = new Map<string, ServiceEndpoint>();
  for (const text of texts) {
    const endpoint = await endpointOf(text, profile, context);
    if (all.has(endpoint.of)) throw new UsageError(`${FLAG} names ${endpoint.of} twice.`);
    all.set(endpoint.of, endpoint);
  }
  return [...all.values()];
}

async function endpointOf(
  text: string,
  profile: AwsProfile | undefined,
  context: Context,
): Promise<ServiceEndpoint> {
  const [, of = '', address = ''] = /^(.*?)=(.*)$/s.exec(text) ?? [];
  const [, arnService, arnRegion = ''] = ARN.exec(of) ?? [];
  const service = SERVICE.test(of) ? of : arnService;
  if (service === undefined)
    throw new UsageError(
      `${FLAG} is a service or an ARN, = and a URL, such as sqs=http://127.0.0.1:9324, not ${text}.`,
    );
  if (service === 'lamplight' || of === 'lambda')
    throw new UsageError(`${FLAG} can't point ${of} elsewhere: it is what Lamplight itself serves.`);
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    throw new UsageError(`${FLAG} ${of}= takes a URL such as http://127.0.0.1:9324, not ${address}.`);
  const url = new URL(address);
  const named = url.username;
  if (url.password !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError(`${FLAG} ${of}= takes a URL without password, query and fragment.`);
  url.username = '';
  const region = awsRegionOf(url);
  if (region !== undefined && arnRegion !== '' && arnRegion !== region)
    throw new UsageError(
      `${FLAG} ${of} is in ${arnRegion}, but ${url.host} serves ${region}. Name the endpoint of ${arnRegion}.`,
    );
  const signer = named === '' ? (isAwsHost(url) ? profile : undefined) : await profileOf(named, of, context);
  if (signer === undefined && isAwsHost(url))
    throw new UsageError(
      `${FLAG} ${of}=${url.href} is AWS itself and needs a profile of yours: ${of}=${url.protocol}//PROFILE@${url.host}, or --aws-profile.`,
    );
  if (signer !== undefined && url.protocol !== 'https:' && !LOOPBACK.test(url.hostname))
    throw new UsageError(
      `${FLAG} ${of}=${url.href} would send what is signed with the profile ${signer.name} over plain HTTP. Use https.`,
    );
  return { of, url: url.href.replace(/\/$/, ''), ...(signer === undefined ? {} : { profile: signer }) };
}

async function profileOf(named: string, of: string, { env }: Context): Promise<AwsProfile> {
  try {
    return await findAwsProfile(decodeURIComponent(named), { ...surroundings(), env });
  } catch (error) {
    throw new CommandError(`${FLAG} ${of}: ${(error as Error).message}`, { cause: error });
  }
}
