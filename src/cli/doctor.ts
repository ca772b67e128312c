/** `lamplight doctor` */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { findHost } from '../client/findHost.ts';
import { listFunctions } from '../client/functions.ts';
import { HostClient } from '../client/hostClient.ts';
import { HOST_INFO_FILE, type HostInfo } from '../protocol/hostInfo.ts';
import { VERSION } from '../protocol/version.ts';
import { type Arguments, type Command, type Context, stateFlag } from './command.ts';
import { type Finding, note, ok } from './finding.ts';
import { locateHost, stateDirsOf } from './locateHost.ts';
import { sdkFindings } from './sdkFindings.ts';

export const doctor: Command = {
  name: 'doctor',
  operands: '',
  operandCount: { least: 0, most: 0 },
  summary: 'looks at Node, engines, languages, the AWS SDK, leftovers and the AWS CLI',
  details: 'Exit code 1 when something needs a fix.',
  flags: {
    ...stateFlag,
    fix: {
      help: 'removes what hosts that were killed left behind, and installs the AWS SDK that functions lack',
    },
  },
  async run(args, context) {
    const { findNode, ownNodeServes } = await import('../client/nodeBinary.ts');
    // What functions run on is looked for from the host's Node, so it is asked there.
    if (!ownNodeServes() && (await findNode(path.dirname(process.argv[1] ?? ''))) !== undefined) {
      const { startAgain } = await import('./startAgain.ts');
      return startAgain();
    }
    const findings = [
      await node(),
      ...(await hosts(args, context)),
      ...(await machine(args, context)),
      await awsCli(context),
    ];
    const marks = { ok: '✓', note: '-', fix: '✗' };
    for (const { level, text } of findings) context.out(`${marks[level]} ${text}\n`);
    return findings.some(({ level }) => level === 'fix') ? 1 : 0;
  },
};

async function node(): Promise<Finding> {
  const { findNode, missingNode, ownNodeServes } = await import('../client/nodeBinary.ts');
  if (ownNodeServes()) return ok(`Node.js ${process.versions.node} runs the host (${process.execPath})`);
  const found = await findNode(path.dirname(process.argv[1] ?? ''));
  if (found === undefined) return { level: 'fix', text: missingNode() };
  return ok(`Node.js ${found.version} runs the host (${found.command}); this is ${process.versions.node}`);
}

/** The running host, and states whose host was killed. */
async function hosts(args: Arguments, context: Context): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const stateDir of await stateDirsOf(args, context)) {
    const host = await findHost(stateDir);
    if (host !== undefined) findings.push(running(host));
    else if (await exists(path.join(stateDir, HOST_INFO_FILE)))
      findings.push(await leftover(stateDir, args.has('fix')));
  }
  return findings.length > 0 ? findings : [note('No host runs here')];
}

function running(host: HostInfo): Finding {
  const text = `A host runs at ${host.endpoint} (pid ${host.pid}, state ${host.stateDir})`;
  return host.version === VERSION
    ? ok(text)
    : note(`${text}; it is Lamplight ${host.version}, this is ${VERSION}: stop it to use the new one`);
}

/** An orderly end removes host.json. */
async function leftover(stateDir: string, fix: boolean): Promise<Finding> {
  if (!fix) {
    return {
      level: 'fix',
      text: `A host was killed and may have left processes or containers (state ${stateDir}): the next start removes them, or lamplight doctor --fix`,
    };
  }
  const { sweepState } = await import('./hostBundle.ts');
  const found = await sweepState(stateDir);
  return ok(
    `Cleaned up after a host that was killed (state ${stateDir})${found.map(one => `\n    ${one}`).join('')}`,
  );
}

async function machine(args: Arguments, context: Context): Promise<Finding[]> {
  const { examineFor } = await import('./hostBundle.ts');
  const served = await servedRuntimes(args, context);
  const { engines, runtimes } = await examineFor(context.cwd, served);
  return [
    ...Object.entries(engines).map(([name, state]) =>
      state === 'ready' || state === 'unused'
        ? ok(`Engine ${name}: ready`)
        : note(
            `Engine ${name}: ${state}${name === 'docker' ? ' Functions that are container images need it.' : ''}`,
          ),
    ),
    ...runtimes.map(({ runtime, found, notice, problem }): Finding => {
      if (problem !== undefined) return { level: 'fix', text: `${runtime}: ${problem}` };
      return notice === undefined ? ok(`${runtime}: ${found ?? ''}`) : note(`${runtime}: ${notice}`);
    }),
    ...(await sdkFindings(args.has('fix'), served, await stateDirsOf(args, context), context)),
  ];
}

/** Runtimes of the running host's functions. */
async function servedRuntimes(args: Arguments, context: Context): Promise<string[]> {
  const host = await locateHost(args, context);
  if (host === undefined) return [];
  const client = new HostClient(host);
  try {
    const functions = await listFunctions(client);
    return functions.flatMap(({ Runtime }) => (Runtime === undefined ? [] : [Runtime]));
  } finally {
    client.close();
  }
}

async function awsCli(context: Context): Promise<Finding> {
  const { findAwsCli } = await import('../client/awsCli.ts');
  const found = await findAwsCli(context.env);
  if (found === undefined) return note('No AWS CLI on the PATH; the lamplight command does without');
  return found.readsEndpoint
    ? ok(`AWS CLI ${found.version} reads AWS_ENDPOINT_URL`)
    : note(
        `AWS CLI ${found.version} does not read AWS_ENDPOINT_URL (1.29 and 2.13 do): give it --endpoint-url, or let eval "$(${context.self} env)" define aws so`,
      );
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
