/** `lamplight start`: everything that can be said no to before the host's code is even loaded. */
import { mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { findAwsProfile } from '../client/awsProfile.ts';
import { statePathOf } from '../client/stateFolder.ts';
import { isAwsHost } from '../protocol/awsHost.ts';
import type { AwsProfile } from '../protocol/awsProfile.ts';
import { refusalOfAnyCredentials } from '../protocol/serviceEndpoint.ts';
import { sdkStorage, surroundings } from '../client/userFolders.ts';
import { type Arguments, type Command, CommandError, type Context, UsageError } from './command.ts';
import { refuseSecondHost } from './alreadyRuns.ts';
import type { RunHostOptions } from './runHost.ts';
import { serviceEndpointsOf } from './serviceEndpoints.ts';

const MEBIBYTE = 1024 * 1024;
const ENGINES = ['auto', 'process', 'sandbox', 'docker'] as const;

export const start: Command = {
  name: 'start',
  operands: '[WORKSPACE]',
  operandCount: { least: 0, most: 1 },
  summary: 'runs the host on a workspace until Ctrl-C',
  details:
    "Finds the workspace's functions, builds and serves them, and reloads them on save. Without WORKSPACE the host is empty and keeps the current folder's state.",
  flags: {
    port: { value: 'N', help: 'port of the endpoint on 127.0.0.1 (default: any free one)' },
    state: { value: 'DIR', help: "folder of the host's state (default: the workspace's own)" },
    engine: { value: 'auto|process|sandbox|docker', help: 'where handlers run (default: auto)' },
    account: { value: 'ID', help: 'account id of 12 digits (default: 000000000000)' },
    region: { value: 'R', help: 'region (default: us-east-1)' },
    upstream: { value: 'URL', help: 'where calls to services go that Lamplight does not have' },
    'service-endpoint': {
      value: 'SERVICE|ARN=URL',
      repeated: true,
      help: 'a service or one resource is there instead: sqs=http://127.0.0.1:9324; with PROFILE@ before the host its keys sign',
    },
    'accept-any-credentials': { help: 'takes calls signed with any keys; browsers stay refused' },
    'enforce-policies': { help: "what functions' policies deny is denied to you too" },
    'allow-origin': {
      value: 'ORIGIN',
      repeated: true,
      help: 'lets web pages of this origin call, http://localhost:5173 for one',
    },
    'aws-profile': {
      value: 'NAME',
      help: "functions work with AWS itself, with this profile of your own, instead of with Lamplight's endpoint",
    },
    'max-environments': {
      value: 'N',
      help: 'environments that run at once on this machine; more starts wait (default: 16, or 8 for each core)',
    },
    'account-concurrency': { value: 'N', help: "the account's concurrent executions (default: 1000)" },
    'freeze-after': { value: 'MS', help: 'freezes idle environments after this; 0: never (default: 100)' },
    'stream-bandwidth': {
      value: 'MIB',
      help: "MiB a second of a streamed answer after its first 6 MiB; AWS's is 2 (default: no limit)",
    },
    seed: {
      value: 'TEXT',
      help: 'makes the same choices in every run: which version of an alias is invoked',
    },
    json: { help: 'prints one JSON object a line, the first of type "ready"' },
    'detached-by': { value: 'PID', help: 'ends 10 s after the last client', internal: true },
  },
  async run(args, context) {
    // Everything is said no to here, so that a mistake costs no start of another Node.
    const options = await readOptions(args, context);
    await refuseSecondHost(options.host.stateDir, context.self);
    const { ownNodeServes } = await import('../client/nodeBinary.ts');
    if (!ownNodeServes()) return (await import('./startAgain.ts')).startAgain();
    // A bundle of its own: the other commands never load it.
    const { runHost } = await import('./hostBundle.ts');
    return runHost(options, context);
  },
};

/** Throws UsageError or CommandError with the flag in it. */
async function readOptions(args: Arguments, context: Context): Promise<RunHostOptions> {
  const engine = engineOf(args.text('engine') ?? 'auto');
  const port = portOf(args.text('port'));
  const accountId = args.text('account') ?? '000000000000';
  if (!/^\d{12}$/.test(accountId)) throw new UsageError(`--account is 12 digits, not ${accountId}.`);
  const region = args.text('region') ?? 'us-east-1';
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region))
    throw new UsageError(`--region is a region's name such as us-east-1, not ${region}.`);
  const upstream = upstreamOf(args.text('upstream'));
  const seed = args.text('seed');
  const freezeAfterMs = countOf('freeze-after', args, 0);
  const maxEnvironments = countOf('max-environments', args);
  const accountConcurrency = countOf('account-concurrency', args);
  const streamBandwidth = countOf('stream-bandwidth', args);
  const profile = await profileOf(args.text('aws-profile'), context);
  const serviceEndpoints = await serviceEndpointsOf(args.texts('service-endpoint'), profile, context);
  const acceptAnyCredentials = args.has('accept-any-credentials');
  const refusal = acceptAnyCredentials ? refusalOfAnyCredentials(serviceEndpoints) : undefined;
  if (refusal !== undefined) throw new UsageError(refusal);
  const [folder] = args.operands;
  const workspace = folder === undefined ? undefined : await workspaceOf(folder, context);
  return {
    host: {
      stateDir: await stateOf(args.text('state'), workspace, context),
      port,
      region,
      accountId,
      engine,
      sdkStorage: sdkStorage({ ...surroundings(), env: context.env }),
      acceptAnyCredentials,
      enforcePolicies: args.has('enforce-policies'),
      allowedOrigins: args.texts('allow-origin').map(originOf),
      foreground: !args.has('detached-by'),
      ...(upstream === undefined ? {} : { upstream }),
      serviceEndpoints,
      ...(seed === undefined ? {} : { seed }),
      ...(freezeAfterMs === undefined ? {} : { freezeAfterMs }),
      ...(maxEnvironments === undefined ? {} : { maxEnvironments }),
      ...(accountConcurrency === undefined ? {} : { accountConcurrency }),
      ...(streamBandwidth === undefined ? {} : { streamBandwidth: streamBandwidth * MEBIBYTE }),
      ...(profile === undefined ? {} : { profile }),
      ...(workspace === undefined ? {} : { workspace }),
    },
    json: args.has('json'),
  };
}

function engineOf(name: string): (typeof ENGINES)[number] {
  const engine = ENGINES.find(one => one === name);
  if (engine === undefined)
    throw new CommandError(`There is no engine ${name}; the engines are ${ENGINES.join(', ')}.`);
  return engine;
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? 0);
  if (text !== undefined && (!/^\d+$/.test(text) || port > 65_535))
    throw new UsageError(`--port is a number from 0 to 65535, not ${text}.`);
  return port;
}

function countOf(flag: string, args: Arguments, least = 1): number | undefined {
  const text = args.text(flag);
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < least || count > 100_000)
    throw new UsageError(`--${flag} is a whole number from ${least} to 100000, not ${text}.`);
  return count;
}

function upstreamOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    throw new UsageError(`--upstream is a URL such as http://127.0.0.1:4566, not ${text}.`);
  if (isAwsHost(new URL(text)))
    throw new UsageError(
      `--upstream is not AWS itself, whose services want your own keys: name them one by one with --service-endpoint SERVICE=URL instead of ${text}.`,
    );
  return text;
}

/** As a browser writes it: scheme, host and port, nothing behind. */
function originOf(text: string): string {
  if (!URL.canParse(text) || new URL(text).origin !== text)
    throw new UsageError(`--allow-origin is an origin such as http://localhost:5173, not ${text}.`);
  return text;
}

async function profileOf(name: string | undefined, { env }: Context): Promise<AwsProfile | undefined> {
  if (name === undefined) return undefined;
  try {
    return await findAwsProfile(name, { ...surroundings(), env });
  } catch (error) {
    throw new CommandError((error as Error).message, { cause: error });
  }
}

async function workspaceOf(folder: string, context: Context): Promise<string> {
  const absolute = path.resolve(context.cwd, folder);
  const found = await stat(absolute).catch(() => undefined);
  if (found === undefined) throw new CommandError(`There is no folder ${folder}.`);
  if (!found.isDirectory()) throw new CommandError(`${folder} is not a folder; start takes the workspace's.`);
  return realpath(absolute);
}

/** The folder given, else the workspace's own, else the current folder's; made (0700) where it is missing. */
async function stateOf(
  given: string | undefined,
  workspace: string | undefined,
  context: Context,
): Promise<string> {
  const stateDir =
    given === undefined
      ? statePathOf(workspace ?? (await realpath(context.cwd)), { ...surroundings(), env: context.env })
      : path.resolve(context.cwd, given);
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CommandError(
      `The state folder ${stateDir} can't be made (${(error as NodeJS.ErrnoException).code}). Make it writable, or start with --state and another folder.`,
      { cause: error },
    );
  }
  return realpath(stateDir);
}
