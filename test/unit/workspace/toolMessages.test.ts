/** What build tools print, as they were seen to print it. */
import assert from 'node:assert/strict';
import { rustErrors } from '../../../src/workspace/build/tools/recipes/cargo.ts';
import { failureOf, messagesIn } from '../../../src/workspace/build/tools/toolMessages.ts';

const rows: Readonly<Record<string, readonly [output: string, ...found: string[]]>> = {
  go: [
    '# example.com/a\n./main.go:3:8: "os" imported and not used\n./sub/x.go:5:2: undefined: foo\n',
    '/w/main.go:2:7 "os" imported and not used',
    '/w/sub/x.go:4:1 undefined: foo',
  ],
  'go, a package that is missing': [
    'main.go:5:2: no required module provides package github.com/aws/aws-lambda-go/lambda; to add it:\n\tgo get github.com/aws/aws-lambda-go/lambda\n',
    '/w/main.go:4:1 no required module provides package github.com/aws/aws-lambda-go/lambda; to add it: go get github.com/aws/aws-lambda-go/lambda',
  ],
  'go.mod': [
    'go: errors parsing go.mod:\ngo.mod:3: unknown directive: foo\n',
    '/w/go.mod:2 unknown directive: foo',
  ],
  maven: [
    '[INFO] Building a 1\n[ERROR] COMPILATION ERROR : \n[ERROR] /w/src/main/java/a/App.java:[2,60] incompatible types: int cannot be converted to java.lang.String\n[ERROR] Failed to execute goal x on project a: Compilation failure\n[ERROR] /w/src/main/java/a/App.java:[2,60] incompatible types: int cannot be converted to java.lang.String\n',
    '/w/src/main/java/a/App.java:1:59 incompatible types: int cannot be converted to java.lang.String',
  ],
  'javac and gradle': [
    "/w/src/App.java:12: error: ';' expected\n    int x = 1\n             ^\n/w/src/B.java:3: warning: [removal] old\n1 error\n",
    "/w/src/App.java:11 ';' expected",
  ],
  'tsc and csc': [
    "src/app.ts(12,5): error TS1005: ';' expected.\n/w/Program.cs(3,1): error CS1002: ; expected [/w/App.csproj]\n/w/Program.cs(4,1): warning CS0168: unused [/w/App.csproj]\n",
    "/w/src/app.ts:11:4 TS1005: ';' expected.",
    '/w/Program.cs:2:0 CS1002: ; expected',
  ],
  gcc: [
    'main.c: In function ‘main’:\nmain.c:3:5: error: expected ‘;’ before ‘return’\nmain.c:9:1: warning: unused\nmain.c:3:2: note: here\n',
    '/w/main.c:2:4 expected ‘;’ before ‘return’',
  ],
  make: ['Makefile:2: *** missing separator.  Stop.\n', '/w/Makefile:1 missing separator.  Stop.'],
  'no places': [
    'npm error code E404\nhttps://example.com:443: no\n[INFO] 12:30:01: done\nDownloading: 10:20: x\n',
  ],
};

describe('errors of build tools', () => {
  for (const [name, [output, ...found]] of Object.entries(rows)) {
    it(name, () => {
      const seen = messagesIn(output, '/w').map(({ text, place }) => {
        const { file = '', line = 0, column } = place ?? {};
        return `${[file, line, ...(column === undefined ? [] : [column])].join(':')} ${text}`;
      });
      assert.deepEqual(seen, found);
    });
  }

  it("cargo's messages, with what it advises", () => {
    const line = (message: object): string => JSON.stringify({ reason: 'compiler-message', message });
    const span = { file_name: 'src/main.rs', line_start: 1, column_start: 26, is_primary: true };
    const stdout = [
      line({ level: 'warning', message: 'unused', spans: [span] }),
      line({
        level: 'error',
        message: 'mismatched types',
        spans: [
          { ...span, line_start: 9, is_primary: false },
          { ...span, label: 'expected `i32`' },
        ],
        children: [
          { level: 'note', message: 'x' },
          { level: 'help', message: 'try this' },
        ],
      }),
      line({ level: 'error', message: 'aborting due to 1 previous error', spans: [] }),
      '{"reason":"build-finished","success":false}',
    ].join('\n');
    assert.deepEqual(rustErrors(stdout, '/w'), [
      {
        text: 'mismatched types: expected `i32`; try this',
        place: { file: '/w/src/main.rs', line: 0, column: 25 },
      },
    ]);
  });

  it('a failure without a place tells how the tool ended', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    const [message] = failureOf('go build', { code: 2, stdout: '', stderr: lines }, '/w').messages;
    assert.match(message?.text ?? '', /^go build failed with exit code 2\.\nline 18\n[^]*line 29$/);
    assert.equal(message?.place, undefined);
  });

  it("a rule that fails is at its place, with make's own words", () => {
    const stderr = "cp: cannot stat 'x'\nmake: *** [Makefile:2: build-Fn] Error 1\n";
    const [message] = failureOf('make build-Fn', { code: 2, stdout: '', stderr }, '/w').messages;
    assert.deepEqual(message?.place, { file: '/w/Makefile', line: 1 });
    assert.match(message.text, /exit code 2\.\ncp: cannot stat/);
  });

  const offline: Readonly<Record<string, string>> = {
    'go build':
      'main.go:4:2: github.com/x/y@v1.0.0: Get "https://proxy.example/x": dial tcp: lookup proxy.example: no such host',
    'cargo build':
      "error: failed to download from `https://example`\nCaused by: [6] Couldn't resolve host name",
    'mvn package':
      '[ERROR] Failed: Could not transfer artifact a:b:jar:1 from/to central: example: Name or service not known',
    'pip install':
      'ERROR: Could not find a version (from versions: none)\nNewConnectionError: Failed to establish a new connection',
    'npm ci': 'npm error code ENOTFOUND',
  };
  for (const [command, stderr] of Object.entries(offline)) {
    it(`${command} without a network says so`, () => {
      const { messages } = failureOf(command, { code: 1, stdout: '', stderr }, '/w');
      assert.equal(messages.length, 1);
      assert.match(messages[0]?.text ?? '', /the machine seems to be offline/);
    });
  }
});
