/**
 * Believes a signature or refuses it: key, token, date, then the signature itself, over headers first and over the body
 * where the client did not name its hash. So no body is read for somebody whose key is unknown.
 */
import { createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../../protocol/awsError.ts';
import {
  EMPTY_PAYLOAD_HASH,
  sha256Hex,
  signature,
  signingKey,
  type CredentialScope,
} from '../../protocol/sigv4.ts';
import type { Clock } from '../clock.ts';
import { invalidSignature, toAmzDate, type Authorization } from './authorization.ts';
import type { Keys, KnownKey } from './keys.ts';
import type { Caller } from './service.ts';

/** AWS's window around the date of a signature, minutes of wall time. */
const SKEW_MINUTES = 15;
const HEX_SHA256 = /^[0-9a-f]{64}$/;
/** Signing keys that are worth remembering: one for each key, day, region and service. */
const MAX_SIGNING_KEYS = 2_000;

export interface GateOptions {
  readonly keys: Keys;
  readonly clock: Clock;
  readonly accountId: string;
  /** Unknown keys may pass, unverified, to every service but `lamplight`. */
  readonly acceptAnyCredentials: boolean;
}

export interface SignedRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly authorization: Authorization;
}

/** A caller who has shown a key that is known; {@link Admission.finish} must still agree with the body. */
export interface Admission {
  readonly caller: Caller;
  /** True when the signature stands already and the body only has to have the hash that was signed. */
  readonly bodyKnown: boolean;
  /** Throws InvalidSignatureException when the body is not the one that was signed. */
  finish(body: Buffer): void;
}

export interface Gate {
  /** Throws UnrecognizedClientException or InvalidSignatureException. */
  admit(request: SignedRequest): Admission;
}

export function createGate(options: GateOptions): Gate {
  const { keys, clock, accountId } = options;
  const signingKeys = new Map<string, KeyObject>();

  const keyFor = (accessKeyId: string, secret: string, scope: CredentialScope): KeyObject => {
    const id = `${accessKeyId}/${scope.date}/${scope.region}/${scope.service}`;
    let key = signingKeys.get(id);
    if (key === undefined) {
      if (signingKeys.size >= MAX_SIGNING_KEYS) signingKeys.clear();
      key = createSecretKey(signingKey(secret, scope));
      signingKeys.set(id, key);
    }
    return key;
  };

  const verify = (request: SignedRequest, known: KnownKey, payloadHash: string): void => {
    const { authorization, method } = request;
    const expected = signature(
      keyFor(authorization.accessKeyId, known.secretAccessKey, authorization.scope),
      {
        method,
        url: authorization.url,
        headers: request.headers as Readonly<Record<string, string | undefined>>,
        signedHeaders: authorization.signedHeaders,
        payloadHash,
      },
      authorization.scope,
      authorization.amzDate,
    );
    if (!equalText(expected, authorization.signature)) throw mismatch();
  };

  return {
    admit: request => {
      const { authorization } = request;
      const known = keys.find(authorization.accessKeyId);
      if (known === undefined) {
        if (!options.acceptAnyCredentials || authorization.scope.service === 'lamplight') throw unknownKey();
        checkDate(authorization, clock.wallNow());
        return {
          caller: anyCaller(authorization.accessKeyId, accountId),
          bodyKnown: true,
          finish: () => undefined,
        };
      }
      if (
        known.sessionToken !== undefined &&
        !equalText(known.sessionToken, authorization.sessionToken ?? '')
      )
        throw unknownKey();
      checkDate(authorization, clock.wallNow());
      const caller = knownCaller(authorization.accessKeyId, known, accountId);
      const claimed = authorization.contentSha256;
      if (claimed === undefined)
        return { caller, bodyKnown: false, finish: body => verify(request, known, hashOf(body)) };
      verify(request, known, claimed);
      return {
        caller,
        bodyKnown: true,
        finish: body => {
          // UNSIGNED-PAYLOAD and the STREAMING- forms of S3 sign no hash of the body.
          if (HEX_SHA256.test(claimed) && claimed !== hashOf(body)) throw mismatch();
        },
      };
    },
  };
}

const hashOf = (body: Buffer): string => (body.length === 0 ? EMPTY_PAYLOAD_HASH : sha256Hex(body));

function checkDate(authorization: Authorization, now: number): void {
  const { amzDate, signedAt, expires } = authorization;
  const minutes = expires === undefined ? SKEW_MINUTES : expires / 60;
  const oldest = now - minutes * 60_000;
  if (signedAt < oldest)
    throw invalidSignature(
      `Signature expired: ${amzDate} is now earlier than ${toAmzDate(oldest)} (${toAmzDate(now)} - ${Number(minutes.toFixed(2))} min.)`,
    );
  const latest = now + SKEW_MINUTES * 60_000;
  if (signedAt > latest)
    throw invalidSignature(
      `Signature not yet current: ${amzDate} is still later than ${toAmzDate(latest)} (${toAmzDate(now)} + ${SKEW_MINUTES} min.)`,
    );
}

function equalText(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}

function knownCaller(accessKeyId: string, known: KnownKey, accountId: string): Caller {
  if (known.functionName === undefined)
    return { accountId, accessKeyId, arn: `arn:aws:iam::${accountId}:root`, kind: 'owner' };
  return {
    accountId,
    accessKeyId,
    arn: `arn:aws:sts::${accountId}:assumed-role/lamplight-execution-role/${known.functionName}`,
    kind: 'environment',
    functionName: known.functionName,
    ...(known.environmentId === undefined ? {} : { environmentId: known.environmentId }),
  };
}

function anyCaller(accessKeyId: string, accountId: string): Caller {
  const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : accountId;
  return { accountId: account, accessKeyId, arn: `arn:aws:iam::${account}:root`, kind: 'any' };
}

const unknownKey = (): AwsError =>
  new AwsError('UnrecognizedClientException', 403, 'The security token included in the request is invalid.', {
    type: undefined,
  });

const mismatch = (): AwsError =>
  invalidSignature(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
