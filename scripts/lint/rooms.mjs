// The rooms of src/ and the one way in which they may import each other (docs/architecture.md).
// A room that is not named on the right of its own row is out of reach; the message says what to do instead.
import path from 'node:path';

/** @type {Record<string, string[]>} */
const mayImport = {
  extension: ['client', 'protocol', 'timeline', 'workspace'],
  // What is said to users is said by one function; that file imports nothing.
  timeline: ['extension/localize', 'protocol'],
  // A page in the editor: it has the DOM, and nothing of Node or the editor.
  webview: ['extension/localize', 'protocol', 'timeline'],
  cli: ['client', 'host/host', 'host/main', 'host/examine', 'host/functions', 'protocol', 'workspace'],
  client: ['protocol'],
  workspace: ['protocol'],
  protocol: [],
  'host/main': ['host/*', 'protocol'],
  'host/examine': ['host/*', 'protocol'],
  'host/host': ['protocol'],
  'host/clock': [],
  'host/opened': [],
  'host/files': [],
  'host/time': ['host/clock', 'host/state', 'protocol'],
  'host/state': ['host/clock', 'protocol'],
  'host/gateway': ['host/clock', 'host/state', 'protocol'],
  'host/delivery': ['host/clock', 'host/state', 'protocol'],
  'host/runtimes': ['host/clock', 'host/state', 'protocol'],
  'host/functions': ['host/clock', 'host/state', 'host/files', 'host/runtimes', 'protocol'],
  'host/environments': ['host/clock', 'host/state', 'host/files', 'host/runtimes', 'protocol'],
  'host/invoke': [
    'host/clock',
    'host/state',
    'host/functions',
    'host/environments',
    'host/delivery',
    'protocol',
  ],
  'host/api': [
    'host/clock',
    'host/state',
    'host/gateway/service',
    'host/functions',
    'host/invoke',
    'host/delivery',
    'host/runtimes',
    'protocol',
  ],
  'host/control': [
    'host/clock',
    'host/state',
    'host/gateway/service',
    'host/functions',
    'host/invoke',
    'host/environments',
    'host/time',
    'protocol',
  ],
  'host/services': [
    'host/clock',
    'host/state',
    'host/gateway/service',
    'host/functions',
    'host/invoke',
    'host/delivery',
    'protocol',
  ],
  'host/triggers': [
    'host/clock',
    'host/state',
    'host/gateway/listener',
    'host/functions',
    'host/invoke',
    'host/delivery',
    'protocol',
  ],
};

/** What an author should do instead, for the walls that people run into.
 * @type {Record<string, string>} */
const instead = {
  extension:
    'nothing imports the extension; publish an event, or move what is shared to protocol/ or client/',
  cli: 'nothing imports the command line; move what is shared to client/ or protocol/',
  'host/main': 'main composes the rooms; take what you need as a parameter and let main hand it over',
  'host/invoke': 'a lower room publishes an event that invoke/ listens to, or main hands a function over',
  'host/functions': 'take the data as a parameter; main or the caller has it',
  'host/environments': 'go through invoke/: it is the one way in',
  'host/engines': 'engines are chosen in environments/',
};

/** @param {string} file a path below src/, with forward slashes */
function roomOf(file) {
  const parts = file.split('/');
  if (parts[0] !== 'host') return parts[0] ?? '';
  const second = (parts[1] ?? '').replace(/\.[cm]?[jt]s$/, '');
  return `host/${second}`;
}

/** @param {string} room @param {string} target @param {string} targetFile */
function allowed(room, target, targetFile) {
  if (room === target) return true;
  return (mayImport[room] ?? []).some(entry => {
    if (entry === 'host/*') return target.startsWith('host/');
    if (entry === target) return true;
    return entry === targetFile.replace(/\.[cm]?[jt]s$/, '');
  });
}

/** @type {import('eslint').Rule.RuleModule} */
export const rooms = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { wall: '{{room}} may not import {{target}}: {{instead}}.' },
  },
  create(context) {
    const source = path.join(context.cwd, 'src');
    const from = path.relative(source, context.filename).split(path.sep).join('/');
    if (from.startsWith('..')) return {};
    const room = roomOf(from);
    /** @param {import('estree').Node & {source?: unknown}} node */
    function check(node) {
      const value = /** @type {{source?: {value?: unknown}}} */ (node).source?.value;
      if (typeof value !== 'string') return;
      if (value === 'vscode' && room !== 'extension') {
        context.report({
          node,
          messageId: 'wall',
          data: { room, target: 'vscode', instead: 'only extension/ knows the editor; pass plain data in' },
        });
        return;
      }
      if (!value.startsWith('.')) return;
      const file = path
        .relative(source, path.resolve(path.dirname(context.filename), value))
        .split(path.sep)
        .join('/');
      if (file.startsWith('..')) return;
      const target = roomOf(file);
      if (!allowed(room, target, file)) {
        const hint = instead[target] ?? 'see the table of rooms in docs/architecture.md';
        context.report({ node, messageId: 'wall', data: { room, target, instead: hint } });
      }
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
