/** Functions in Go and Rust, and by a Makefile, built by the real tools and called through the API. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { sync } from '../../../src/client/controlCalls.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { invoke as invokeAs } from '../../../src/client/invoke.ts';
import { isRunning } from '../../helpers/isRunning.ts';
import { startTestHost, type TestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';

/** The least that speaks the Runtime API, from system calls alone: compiling `net` would take longer than the test. */
const go = (answer: string): string => `package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

func call(method, path, body string) string {
	api := os.Getenv("AWS_LAMBDA_RUNTIME_API")
	port, _ := strconv.Atoi(api[strings.LastIndex(api, ":")+1:])
	socket, _ := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	defer syscall.Close(socket)
	if err := syscall.Connect(socket, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		panic(err)
	}
	head := method + " /2018-06-01/runtime/invocation/" + path + " HTTP/1.1\\r\\nHost: " + api
	head += "\\r\\nConnection: close\\r\\nContent-Length: " + strconv.Itoa(len(body)) + "\\r\\n\\r\\n"
	syscall.Write(socket, []byte(head+body))
	text, buffer := "", make([]byte, 4096)
	for {
		n, err := syscall.Read(socket, buffer)
		if err == syscall.EINTR {
			continue
		}
		if n <= 0 {
			return text
		}
		text += string(buffer[:n])
	}
}

func main() {
	for {
		_, after, _ := strings.Cut(call("GET", "next", ""), "Lambda-Runtime-Aws-Request-Id: ")
		id, _, _ := strings.Cut(after, "\\r\\n")
		call("POST", id+"/response", strconv.Quote(${answer}))
	}
}
`;

const rust = (answer: string): string => `use std::io::{Read, Write};

fn call(method: &str, path: &str, body: &str) -> String {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let mut stream = std::net::TcpStream::connect(&api).unwrap();
    let path = format!("/2018-06-01/runtime/invocation/{path}");
    write!(stream, "{method} {path} HTTP/1.1\\r\\nHost: {api}\\r\\nConnection: close\\r\\nContent-Length: {}\\r\\n\\r\\n{body}", body.len()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

fn main() {
    loop {
        let event = call("GET", "next", "");
        let (_, after) = event.split_once("Lambda-Runtime-Aws-Request-Id: ").unwrap();
        let (id, _) = after.split_once("\\r\\n").unwrap();
        let answer: &str = ${answer};
        call("POST", &format!("{id}/response"), &format!("{answer:?}"));
    }
}
`;

const resource = (id: string, method: string): string =>
  `  ${id}:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: ${method} }
    Properties: { CodeUri: ${id.toLowerCase()}, Runtime: provided.al2023, Handler: bootstrap, FunctionName: ${id.toLowerCase()}, Timeout: 30 }
`;

const files = {
  'template.yaml': `Transform: AWS::Serverless-2016-10-31\nResources:\n${resource('Gofn', 'go1.x')}${resource('Rustfn', 'rust-cargolambda')}${resource('Makefn', 'makefile')}`,
  'gofn/go.mod': 'module example.com/gofn\n\ngo 1.21\n',
  'gofn/main.go': go('"go 1"'),
  'rustfn/Cargo.toml': '[package]\nname = "rustfn"\nversion = "0.1.0"\nedition = "2021"\n',
  'rustfn/src/main.rs': rust('"rust 1"'),
  // The same program, made by a rule.
  'makefn/Makefile':
    'build-Makefn: bootstrap\n\tcp bootstrap $(ARTIFACTS_DIR)/\n\nbootstrap: main.rs\n\trustc -o bootstrap main.rs\n',
  'makefn/main.rs': rust('"make 1"'),
};

describe('builds before a run', function () {
  this.timeout(180_000);
  let host: TestHost;
  let client: HostClient;

  const invoke = async (name: string): Promise<unknown> => {
    const { Payload } = await host.client.send(new InvokeCommand({ FunctionName: name }));
    return JSON.parse(Buffer.from(Payload ?? []).toString()) as unknown;
  };
  const file = (name: string): string => path.join(host.workspace!, name);
  const save = async (name: string, content: string): Promise<void> => {
    writeFileSync(file(name), content);
    await sync(client, [file(name)]);
  };
  const tree = (): string[] => readdirSync(host.workspace!, { recursive: true }).map(String).sort();

  before(async () => {
    host = await startTestHost({ files });
    client = new HostClient(host.ready);
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.log(host.output().slice(-4_000));
  });
  after(async () => {
    client.close();
    await host.stop();
  });

  it('Go, Rust and a Makefile answer; nothing was written into the tree', async () => {
    const before = tree();
    assert.deepEqual(await Promise.all(['gofn', 'rustfn', 'makefn'].map(invoke)), [
      'go 1',
      'rust 1',
      'make 1',
    ]);
    assert.deepEqual(tree(), before);
  });

  it('a save is what answers next', async () => {
    await save('gofn/main.go', go('"go 2"'));
    assert.equal(await invoke('gofn'), 'go 2');
    await save('rustfn/src/main.rs', rust('"rust 2"'));
    assert.equal(await invoke('rustfn'), 'rust 2');
    await save('makefn/main.rs', rust('"make 2"'));
    assert.equal(await invoke('makefn'), 'make 2');
  });

  it('a mistake is told at its place, while the last good code answers', async () => {
    const broken: readonly [name: string, source: string, content: string, message: RegExp][] = [
      ['gofn', 'gofn/main.go', go('missing'), /gofn\/main\.go:38:\d+: undefined: missing/],
      ['rustfn', 'rustfn/src/main.rs', rust('1'), /rustfn\/src\/main\.rs:18:\d+: mismatched types/],
      [
        'makefn',
        'makefn/Makefile',
        'build-Makefn:\n\tfalse\n',
        /makefn\/Makefile:2:1: make build-Makefn failed/,
      ],
    ];
    for (const [functionName, source, content, message] of broken) {
      await save(source, content);
      const answer = await invokeAs(client, {
        functionName,
        payload: Buffer.from('{}'),
        tail: true,
        client: 'editor',
      });
      assert.match(answer.payload.toString(), / 2"$/);
      assert.match(answer.buildError ?? '', message);
    }
  });

  it('the end of the host ends a tool that is at work', async () => {
    const mark = path.join(host.root.path, 'pid');
    writeFileSync(
      file('makefn/Makefile'),
      `build-Makefn:\n\techo $$$$ > ${mark}.new; mv ${mark}.new ${mark}; exec sleep 600\n`,
    );
    await until(() => existsSync(mark), { what: 'the tool' });
    const pid = Number(readFileSync(mark, 'utf8'));
    assert.ok(isRunning(pid));
    // `stop` asserts that it leaves nothing.
    await host.stop({ keep: true });
    assert.equal(isRunning(pid), false);
    client.close();
    host = await startTestHost({ root: host.root });
    client = new HostClient(host.ready);
  });
});
