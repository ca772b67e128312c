/** `lamplight env` */
import { type Command, stateFlag } from './command.ts';
import { requireHost } from './locateHost.ts';
import { type Shell, shellExports } from '../client/shellExports.ts';

export const env: Command = {
  name: 'env',
  operands: '',
  operandCount: { least: 0, most: 0 },
  summary: 'prints shell commands that point the AWS CLI and the SDKs to the running host',
  details:
    'Use: eval "$(lamplight env)". Where the AWS CLI is older than 1.29 or 2.13, which do not read AWS_ENDPOINT_URL, it also defines aws with --endpoint-url.',
  flags: {
    ...stateFlag,
    shell: { value: 'sh|fish|powershell', help: 'dialect (default: sh; powershell on Windows)' },
  },
  async run(args, context) {
    const { findAwsCli } = await import('../client/awsCli.ts');
    const [host, awsCli] = await Promise.all([requireHost(args, context), findAwsCli(context.env)]);
    const shell = (args.text('shell') ?? (context.platform === 'win32' ? 'powershell' : 'sh')) as Shell;
    context.out(shellExports(host, shell, awsCli?.readsEndpoint === false));
    return 0;
  },
};
