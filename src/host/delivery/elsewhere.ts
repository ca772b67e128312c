/**
 * What the settings point at another endpoint: a whole service, or one ARN, which goes first. It is asked there whether
 * something exists, and has delivered there what it is to get, whatever is embedded here.
 */
import type { ServiceEndpoint } from '../../protocol/serviceEndpoint.ts';
import type { Clock } from '../clock.ts';
import { profileKeys, type SigningKeys } from './profileKeys.ts';
import { parseArn, type ResourceArn } from './resourceArn.ts';
import { createUpstreamClient, type UpstreamClient } from './upstreamClient.ts';

export interface PointedService {
  readonly url: string;
  /** `--service-endpoint sqs`: for messages. */
  readonly name: string;
  /** Keys to sign with; absent where requests are passed on as they are. */
  readonly keys?: () => Promise<SigningKeys>;
}

export interface Elsewhere {
  /** The endpoint of this ARN or else of its service; undefined where neither is pointed anywhere. */
  of(arn: ResourceArn): UpstreamClient | undefined;
  /** By what was pointed, a signature's scope or an ARN: where requests for it go. */
  readonly pointed: ReadonlyMap<string, PointedService>;
  close(): void;
}

/** @param notice hears at once of what can't be pointed whole */
export function createElsewhere(
  endpoints: readonly ServiceEndpoint[],
  clock: Clock,
  notice: (message: string) => void = () => undefined,
): Elsewhere {
  const clients = new Map<string, UpstreamClient>();
  const all = new Map<string, PointedService>();
  for (const { of, url, profile } of endpoints) {
    const name = `--service-endpoint ${of}`;
    const keys = profile === undefined ? undefined : profileKeys(profile, clock);
    const pointed = { url, name, ...(keys === undefined ? {} : { keys }) };
    clients.set(of, createUpstreamClient(url, clock, pointed));
    all.set(of, pointed);
    const service = parseArn(of)?.service;
    if (service !== undefined && !TOLD_APART.has(service))
      notice(
        `${name}: only what Lamplight itself sends, asks and reads goes to ${url}. Requests of clients and handlers can't be told apart by their ARN for ${service}; of sqs and sns they can.`,
      );
  }
  return {
    of: arn => clients.get(arn.text) ?? clients.get(unqualified(arn)) ?? clients.get(arn.service),
    pointed: all,
    close: () => {
      for (const client of clients.values()) client.close();
    },
  };
}

/** Services whose requests are passed on where they name an ARN that is pointed (`Service.arnOf`). */
const TOLD_APART: ReadonlySet<string> = new Set(['sqs', 'sns']);

/** A function is pointed with all its versions and aliases. */
const unqualified = ({ service, text }: ResourceArn): string =>
  service === 'lambda' ? text.replace(/(:function:[^:]+):[^:]+$/, '$1') : text;
