/** Errors in what build tools print, with their places. */
import path from 'node:path';

export interface ToolMessage {
  readonly text: string;
  /** Absolute, where the tool names one. Line and column count from 0. */
  readonly place?: { readonly file: string; readonly line: number; readonly column?: number };
}

/** What a tool run came to that made no artifact. */
export class ToolFailure extends Error {
  readonly messages: readonly ToolMessage[];

  constructor(messages: readonly ToolMessage[]) {
    super(messages[0]?.text ?? 'The build failed.');
    this.messages = messages;
  }
}

/** The ways in which compilers write `file:line:column: error`. */
const forms: readonly RegExp[] = [
  // Maven: [ERROR] /src/App.java:[12,8] ';' expected
  /^\[ERROR\]\s+(?<file>[^\s:][^:]*|[A-Za-z]:[^:]+):\[(?<line>\d+),(?<column>\d+)\]\s*(?<text>.+)$/,
  // tsc, csc: src/app.ts(12,5): error TS1005: ';' expected. [/src/App.csproj]
  /^\s*(?<file>[^()\s][^()]*)\((?<line>\d+),(?<column>\d+)\): error (?<text>.+?)(?: \[[^\]]+\])?$/,
  // javac, gcc, go, make: App.java:12: error: ';' expected; ./main.go:3:2: undefined: x; Makefile:3: *** missing separator.
  /^(?:vet: |e: )?(?<file>(?:[A-Za-z]:)?[^\s:()[\]][^:()[\]]*):(?<line>\d+)(?::(?<column>\d+))?: (?:fatal )?(?:error(?:\[\w+\])?: |\*\*\* )?(?<text>.+)$/,
];

/** Lines of these forms that are no errors. */
const noError = /^(?:warning|note|info|remark)\b|^In file included from/i;

/** @param cwd where the tool ran: relative names start there */
export function messagesIn(output: string, cwd: string): ToolMessage[] {
  const found = new Map<string, ToolMessage>();
  const lines = output.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const groups = forms.map(form => form.exec(line)?.groups).find(match => match !== undefined);
    if (groups === undefined) continue;
    const { file = '', line: lineNumber = '1', column, text = '' } = groups;
    if (noError.test(text) || /^[a-z]+:\/\//i.test(file)) continue;
    // go says on further lines, indented, what to do.
    const more: string[] = [];
    for (let at = index + 1; /^\t\S/.test(lines[at] ?? '') && more.length < 4; at += 1)
      more.push((lines[at] ?? '').trim());
    const place = {
      file: path.resolve(cwd, file.trim()),
      line: Math.max(0, Number(lineNumber) - 1),
      ...(column === undefined ? {} : { column: Math.max(0, Number(column) - 1) }),
    };
    const message = [text.trim(), ...more].join(' ');
    const key = `${place.file}:${place.line}:${message}`;
    if (!found.has(key)) found.set(key, { text: message, place });
  }
  return [...found.values()];
}

/** How tools say that the network isn't there. */
const unreachable =
  /no such host|temporary failure in name resolution|could ?n[o']t resolve host|failed to establish a new connection|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|network is unreachable|UnknownHostException|Unknown host|connection refused|dial tcp|Could not transfer artifact|proxyconnect|Name or service not known|failed to (?:lookup address|download from)|Nodename nor servname/i;

/**
 * A failed run as messages: those with a place, else the end of what the tool printed.
 * @param command as a user would write it: `go build`
 */
export function failureOf(
  command: string,
  {
    stdout,
    stderr,
    code,
  }: { readonly stdout: string; readonly stderr: string; readonly code: number | null },
  cwd: string,
): ToolFailure {
  const output = `${stderr}\n${stdout}`;
  const found = messagesIn(output, cwd);
  const isOffline = unreachable.test(output);
  if (found.length > 0 && !isOffline) return new ToolFailure(found);
  const last = endOf(stderr.trim() === '' ? stdout : stderr);
  const why = isOffline
    ? `${command} needs packages that are not on this machine, and could not reach where they come from: the machine seems to be offline. Build once while it is online; after that they are kept.`
    : `${command} failed${code === null ? '' : ` with exit code ${code}`}.`;
  const place = found[0]?.place ?? ruleIn(output, cwd);
  const text = [why, last].filter(part => part !== '').join('\n');
  return new ToolFailure([{ text, ...(place === undefined ? {} : { place }) }]);
}

/** make: *** [Makefile:2: build-Orders] Error 1 */
function ruleIn(output: string, cwd: string): ToolMessage['place'] {
  const { file, line } = /^\S*make\S*: \*\*\* \[(?<file>[^\n:]+):(?<line>\d+): /m.exec(output)?.groups ?? {};
  return file === undefined ? undefined : { file: path.resolve(cwd, file), line: Number(line) - 1 };
}

const SHOWN_LINES = 12;

/** The last lines; of what Maven and npm print, those that say what is wrong. */
function endOf(output: string): string {
  const escapes = new RegExp(String.raw`\u001b\[[0-9;]*m`, 'g');
  const lines = output
    .replace(escapes, '')
    .split(/\r?\n/)
    .map(line => line.trimEnd())
    .filter(line => line.trim() !== '' && !/^npm (?:error|ERR!)\s+at /.test(line));
  const errors = lines.filter(line => /^(\[ERROR\]|npm (error|ERR!)|ERROR:|error(\[|:))/.test(line.trim()));
  return (errors.length > 0 ? errors.slice(0, SHOWN_LINES) : lines.slice(-SHOWN_LINES)).join('\n');
}
