// Collects what the extension says, the first argument of every t(…), into l10n/bundle.l10n.json: what a translator
// starts from, and what VS Code looks translations up by. `--check` exits 1 where the file is stale.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '..');
const sources = ['src/extension', 'src/timeline', 'src/webview'].map(folder => path.join(root, folder));
const bundle = path.join(root, 'l10n/bundle.l10n.json');

/** @type {Set<string>} */
const messages = new Set();
for (const source of sources)
  for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name === 'localize.ts') continue;
    const file = path.join(entry.parentPath, entry.name);
    const tree = ts.createSourceFile(file, await readFile(file, 'utf8'), ts.ScriptTarget.Latest, true);
    visit(tree);
  }

/** @param {ts.Node} node */
function visit(node) {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 't') {
    const [message] = node.arguments;
    if (message === undefined || !ts.isStringLiteralLike(message)) {
      const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
      const place = `${path.relative(root, node.getSourceFile().fileName)}:${line + 1}`;
      throw new Error(`${place}: t(…) needs its message as a literal, or nobody can translate it.`);
    }
    messages.add(message.text);
  }
  ts.forEachChild(node, visit);
}

const text = `${JSON.stringify(Object.fromEntries([...messages].sort().map(message => [message, message])), undefined, 2)}\n`;
if (!process.argv.includes('--check')) await writeFile(bundle, text);
else if ((await readFile(bundle, 'utf8').catch(() => '')) !== text) {
  console.error('l10n/bundle.l10n.json is stale: run node scripts/l10n.mjs.');
  process.exitCode = 1;
}
