/**
 * Keys of a profile of the user's own AWS configuration, read when something is to be signed with them: what is written in
 * the files, or what the profile's `credential_process` says
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html).
 */
import { exec } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { AwsProfile } from '../../protocol/awsProfile.ts';
import { AwsError } from '../../protocol/awsError.ts';
import type { Clock } from '../clock.ts';

export interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface Kept {
  readonly keys: SigningKeys;
  /** Epoch milliseconds of wall time. */
  readonly until: number;
}

/** Wall milliseconds for which keys from a file are good: long enough for a burst, short enough for a new `aws login`. */
const FILE_MS = 5_000;
/** Wall milliseconds before their expiry when keys are asked for again. */
const EARLY_MS = 60_000;
/** Wall milliseconds for a `credential_process`. */
const PATIENCE_MS = 60_000;

const run = promisify(exec);

/** Rejects with an AwsError that names the profile where it has no keys, or none that can be had without its owner. */
export function profileKeys(profile: AwsProfile, clock: Clock): () => Promise<SigningKeys> {
  let kept: Kept | undefined;
  let asking: Promise<Kept> | undefined;
  return async () => {
    if (kept === undefined || kept.until <= clock.wallNow()) {
      asking ??= read(profile, clock.wallNow()).finally(() => (asking = undefined));
      kept = await asking;
    }
    return kept.keys;
  };
}

async function read(profile: AwsProfile, now: number): Promise<Kept> {
  const { name, configFile, credentialsFile } = profile;
  const [config, credentials] = await Promise.all(
    [configFile, credentialsFile].map(file => readFile(file, 'utf8').catch(() => '')),
  );
  const sections = [
    section(credentials ?? '', name),
    section(config ?? '', name === 'default' ? name : `profile ${name}`),
  ];
  const values = { ...sections[1], ...sections[0] };
  const role = ROLE.find(key => values[key] !== undefined);
  const other = role ?? Object.keys(values).find(key => key.startsWith('sso_'));
  // What such a profile has of keys are another one's, as those that it takes its role with.
  const keys = other === undefined ? sections.map(keysIn).find(found => found !== undefined) : undefined;
  if (keys !== undefined) return { keys, until: now + FILE_MS };
  const command = values['credential_process'];
  // Tools for SSO write one beside what it stands for.
  if (command !== undefined && role === undefined) return fromProcess(name, command, now);
  const why =
    other === undefined
      ? `has no keys in ${configFile} or ${credentialsFile}. Where it signs in by other means (SSO, a role), make`
      : `signs in by ${other}, not with keys of its own in ${configFile} or ${credentialsFile}. Make`;
  throw noKeys(
    `The AWS profile ${name} ${why} a profile with credential_process = aws configure export-credentials --profile ${name} --format process, and name that one.`,
  );
}

/** Settings of a profile that is another identity than that of keys beside them. */
const ROLE = ['role_arn', 'web_identity_token_file'] as const;

/** Of one file: a key id of one and a secret of the other fit only by chance. */
function keysIn(values: Readonly<Record<string, string>>): SigningKeys | undefined {
  const {
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    aws_session_token: sessionToken,
  } = values;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

async function fromProcess(name: string, command: string, now: number): Promise<Kept> {
  let output: unknown;
  try {
    const { stdout } = await run(command, { timeout: PATIENCE_MS, maxBuffer: 1024 * 1024 });
    output = JSON.parse(stdout);
  } catch (error) {
    // What the process printed may be keys: only its exit is told.
    const why =
      error instanceof SyntaxError
        ? 'it printed no JSON'
        : `exit ${String((error as { code?: unknown }).code)}`;
    throw noKeys(
      `The credential_process of the AWS profile ${name} failed (${why}). Run it by hand to see why.`,
    );
  }
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = (output ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string')
    throw noKeys(
      `The credential_process of the AWS profile ${name} gave no AccessKeyId and SecretAccessKey.`,
    );
  const expires = typeof Expiration === 'string' ? Date.parse(Expiration) : Number.NaN;
  return {
    keys: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(typeof SessionToken === 'string' ? { sessionToken: SessionToken } : {}),
    },
    until: Number.isNaN(expires) ? now + FILE_MS : expires - EARLY_MS,
  };
}

const noKeys = (message: string): AwsError =>
  new AwsError('ServiceException', 500, message, { messageKey: 'Message' });

/** The values of one section of an INI file as AWS's tools write them, nested ones left out. */
function section(text: string, title: string): Record<string, string> {
  const values: Record<string, string> = {};
  let isInside = false;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (heading !== undefined)
      isInside = heading.replaceAll(/["']/g, '').trim().replaceAll(/\s+/g, ' ') === title;
    const [, key, value] = /^([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (isInside && key !== undefined && value !== undefined) values[key] = value;
  }
  return values;
}
