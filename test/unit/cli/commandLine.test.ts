import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { commands } from '../../../src/cli/commands.ts';
import { lamplight } from './terminal.ts';

describe('command line', () => {
  it('lists its commands', async () => {
    const { code, out } = await lamplight(['--help']);
    assert.equal(code, 0);
    for (const { name } of commands) assert.match(out, new RegExp(`^ {2}${name}\\b`, 'm'));
    assert.equal((await lamplight([])).code, 2);
  });

  for (const command of commands) {
    it(`explains ${command.name}`, async () => {
      const { code, out } = await lamplight([command.name, '--help']);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^lamplight ${command.name}`));
      for (const [flag, { internal }] of Object.entries(command.flags))
        assert.equal(out.includes(`--${flag}`), internal !== true, flag);
      assert.equal((await lamplight(['help', command.name])).out, out);
    });

    it(`names an option that ${command.name} does not have`, async () => {
      const operands = Array.from({ length: command.operandCount.least }, () => 'x');
      const { code, err } = await lamplight([command.name, ...operands, '--colour']);
      assert.equal(code, 2);
      assert.match(err, new RegExp(`^lamplight ${command.name}: Unknown option --colour\\. `));
    });

    it(`takes no more arguments than ${command.name} has`, async () => {
      const operands = Array.from({ length: command.operandCount.most + 1 }, (_, i) => `operand${i}`);
      const { code, err } = await lamplight([command.name, ...operands]);
      assert.equal(code, 2);
      assert.match(err, new RegExp(`One argument too many: operand${command.operandCount.most}`));
    });
  }

  it('names a command that there is not', async () => {
    const { code, err } = await lamplight(['deploy']);
    assert.equal(code, 2);
    assert.match(err, /unknown command deploy\. The commands are start, invoke, /);
  });

  for (const [argv, message] of [
    [['invoke'], 'lamplight invoke: NAME is missing: lamplight invoke NAME\n'],
    [['invoke', 'f', '--event'], 'lamplight invoke: --event needs a value: --event FILE|-|sample:ID|JSON\n'],
    [
      ['invoke', 'f', '--type', 'Sync'],
      'lamplight invoke: --type is one of RequestResponse|Event|DryRun, not Sync.\n',
    ],
    [['list', '--json=yes'], 'lamplight list: --json takes no value, and was given yes.\n'],
    [['start', '--port', 'x'], 'lamplight start: --port is a number from 0 to 65535, not x.\n'],
    [['start', '--port', '65536'], 'lamplight start: --port is a number from 0 to 65535, not 65536.\n'],
    [
      ['start', '--max-environments', '0'],
      'lamplight start: --max-environments is a whole number from 1 to 100000, not 0.\n',
    ],
    [
      ['start', '--account-concurrency', 'many'],
      'lamplight start: --account-concurrency is a whole number from 1 to 100000, not many.\n',
    ],
    [['start', '--account', '12'], 'lamplight start: --account is 12 digits, not 12.\n'],
    [
      ['start', '--region', 'home'],
      "lamplight start: --region is a region's name such as us-east-1, not home.\n",
    ],
    [
      ['start', '--allow-origin', 'http://localhost:5173/'],
      'lamplight start: --allow-origin is an origin such as http://localhost:5173, not http://localhost:5173/.\n',
    ],
    [
      ['start', '--upstream', 'localhost'],
      'lamplight start: --upstream is a URL such as http://127.0.0.1:4566, not localhost.\n',
    ],
    [
      ['start', '--upstream', 'https://sqs.us-east-1.amazonaws.com'],
      'lamplight start: --upstream is not AWS itself, whose services want your own keys: name them one by one with --service-endpoint SERVICE=URL instead of https://sqs.us-east-1.amazonaws.com.\n',
    ],
    [
      ['start', '--service-endpoint', 'http://localhost:9324'],
      'lamplight start: --service-endpoint is a service or an ARN, = and a URL, such as sqs=http://127.0.0.1:9324, not http://localhost:9324.\n',
    ],
    [
      ['start', '--service-endpoint', 'arn:aws:sqs=http://localhost:9324'],
      'lamplight start: --service-endpoint is a service or an ARN, = and a URL, such as sqs=http://127.0.0.1:9324, not arn:aws:sqs=http://localhost:9324.\n',
    ],
    [
      ['start', '--service-endpoint', 'sqs=localhost:9324'],
      'lamplight start: --service-endpoint sqs= takes a URL such as http://127.0.0.1:9324, not localhost:9324.\n',
    ],
    [
      [
        'start',
        '--service-endpoint',
        'arn:aws:sqs:us-east-1:111111111111:q=https://me@sqs.eu-west-1.amazonaws.com',
      ],
      'lamplight start: --service-endpoint arn:aws:sqs:us-east-1:111111111111:q is in us-east-1, but sqs.eu-west-1.amazonaws.com serves eu-west-1. Name the endpoint of us-east-1.\n',
    ],
    [
      ['start', '--service-endpoint', 'lambda=http://localhost:9324'],
      "lamplight start: --service-endpoint can't point lambda elsewhere: it is what Lamplight itself serves.\n",
    ],
    [
      [
        'start',
        '--service-endpoint',
        'sqs=http://localhost:1',
        '--service-endpoint',
        'sqs=http://localhost:2',
      ],
      'lamplight start: --service-endpoint names sqs twice.\n',
    ],
    [
      ['start', '--service-endpoint', 'sqs=http://me:secret@localhost:9324'],
      'lamplight start: --service-endpoint sqs= takes a URL without password, query and fragment.\n',
    ],
    [
      ['start', '--service-endpoint', 'sqs=https://sqs.us-east-1.amazonaws.com'],
      'lamplight start: --service-endpoint sqs=https://sqs.us-east-1.amazonaws.com/ is AWS itself and needs a profile of yours: sqs=https://PROFILE@sqs.us-east-1.amazonaws.com, or --aws-profile.\n',
    ],
  ] as const) {
    it(`refuses ${argv.join(' ')}`, async () => {
      const { code, out, err } = await lamplight(argv);
      assert.deepEqual({ code, out, err }, { code: 2, out: '', err: message });
    });
  }

  it('refuses a profile’s keys for anyone who comes, whichever option names the profile', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'lamplight-cli-'));
    const file = path.join(folder, 'credentials');
    const env = {
      ...process.env,
      AWS_CONFIG_FILE: path.join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: file,
    };
    try {
      await writeFile(file, '[dev]\naws_access_key_id=a\naws_secret_access_key=b\n');
      for (const named of [
        ['sqs=http://dev@127.0.0.1:9324'],
        ['sqs=https://sqs.us-east-1.amazonaws.com', '--aws-profile', 'dev'],
      ])
        assert.deepEqual(
          await lamplight(['start', '--accept-any-credentials', '--service-endpoint', ...named], { env }),
          {
            code: 2,
            out: '',
            err: "lamplight start: --accept-any-credentials and --service-endpoint sqs with the profile dev can't go together: whoever reaches this host could act with that profile's keys, by a function for one. Start without --accept-any-credentials (setting lamplight.host.acceptAnyCredentials), or point sqs (lamplight.host.serviceEndpoints) at an endpoint that needs no profile.\n",
          },
        );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says which engines there are, where another one is asked for', async () => {
    const { code, err } = await lamplight(['start', '--engine', 'jail']);
    assert.equal(code, 2);
    assert.match(err, /^lamplight start: --engine is one of auto\|process\|sandbox\|docker, not jail\./);
  });

  it('says that a workspace is missing or no folder', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'lamplight-cli-'));
    try {
      await writeFile(path.join(folder, 'file'), '');
      assert.deepEqual(await lamplight(['start', 'nowhere'], { cwd: folder }), {
        code: 1,
        out: '',
        err: 'lamplight start: There is no folder nowhere.\n',
      });
      const { err } = await lamplight(['start', 'file'], { cwd: folder });
      assert.equal(err, "lamplight start: file is not a folder; start takes the workspace's.\n");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
