// npm start: from a fresh clone to a served sample. Packages, build, host on samples/orders, one invocation through the
// API, how to reach it; then it serves until Ctrl-C.
// Plain JavaScript on Node 20: this runs before node_modules exists.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { prepareDependencies, projectEnvironment } from './prepare/dependencies.mjs';
import { Unavailable, findOnPath, repository } from './prepare/progress.mjs';

const sample = path.join(repository, 'samples/orders');
const cli = path.join(repository, 'dist/cli.js');

/** @typedef {{endpoint: string, region: string, stateDir: string}} Ready */

async function main() {
  const node = await prepareDependencies();
  const env = { ...process.env, ...projectEnvironment(node) };
  console.log('');
  // The channel is how the host says that it is ready, and how it notices that we are gone.
  const host = spawn(node, [cli, 'start', sample], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  // Ctrl-C reaches it through the terminal too; it knows both for one.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => host.kill(signal));
  }
  const exited = once(host, 'exit');
  const ready = await Promise.race([once(host, 'message'), exited.then(() => undefined)]);
  if (ready !== undefined) {
    try {
      await tour(node, env, /** @type {Ready} */ (ready[0]));
    } catch (error) {
      host.kill('SIGTERM');
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  }
  const [code] = await exited;
  process.exitCode ||= code ?? 1;
}

/** Invokes one function and says what can be done next. @param {string} node @param {NodeJS.ProcessEnv} env @param {Ready} ready */
async function tour(node, env, ready) {
  /** @param {string[]} args */
  const lamplight = async (...args) => {
    const { stdout } = await promisify(execFile)(node, [cli, ...args, '--state', ready.stateDir], { env });
    return stdout;
  };
  /** @type {{FunctionName: string}[]} */
  const functions = JSON.parse(await lamplight('list', '--json'));
  const name = functions[0]?.FunctionName;
  if (name === undefined) throw new Error(`No function was found in ${sample}.`);
  const event = await savedEvent(functions.map(one => one.FunctionName));
  await invoke(lamplight, event?.functionName ?? name, event?.file);
  nextSteps(ready);
  openEditor();
}

/** The first saved event of the sample: `events/<function>/*.json`. @param {readonly string[]} names */
async function savedEvent(names) {
  for (const functionName of names) {
    const folder = path.join(sample, 'events', functionName);
    const files = await readdir(folder).catch(() => /** @type {string[]} */ ([]));
    const file = files.filter(one => one.endsWith('.json')).sort()[0];
    if (file !== undefined) return { functionName, file: path.join(folder, file) };
  }
  return undefined;
}

/** @param {(...args: string[]) => Promise<string>} lamplight @param {string} name @param {string | undefined} file */
async function invoke(lamplight, name, file) {
  const event = file === undefined ? '{}' : (await readFile(file, 'utf8')).trim();
  const from = file === undefined ? '' : ` (${path.relative(repository, file)})`;
  console.log(`\nInvoking ${name} with this event${from}:\n${indent(event)}`);
  const eventArguments = file === undefined ? [] : ['--event', file];
  const answer = JSON.parse(await lamplight('invoke', name, ...eventArguments, '--json'));
  console.log(`\nIts answer:\n${indent(JSON.stringify(answer.payload, undefined, 2))}`);
  console.log(`\nIts log, with Lambda's REPORT:\n${indent(String(answer.log ?? '').trimEnd())}`);
}

/** @param {Ready} ready */
function nextSteps(ready) {
  const lines = [
    `Lamplight serves ${path.relative(process.cwd(), sample) || '.'} at ${ready.endpoint} until Ctrl-C. In another terminal:`,
    `  eval "$(node ${path.relative(process.cwd(), cli)} env --state ${ready.stateDir})"`,
    `  aws lambda list-functions --endpoint-url ${ready.endpoint}`,
  ];
  const missing = [
    ...(findOnPath('docker') === undefined && process.env['DOCKER_HOST'] === undefined
      ? ['Docker: would run functions in containers, and those that are container images']
      : []),
    ...(findOnPath('python3') === undefined && findOnPath('python') === undefined
      ? ['Python: would run the functions that are written in it']
      : []),
    ...(findOnPath('aws') === undefined ? ['the AWS CLI: would make the line above work'] : []),
  ];
  if (missing.length > 0) lines.push('', 'Not on this machine, and not needed for the rest:');
  console.log(`\n${[...lines, ...missing.map(one => `  ${one}`)].join('\n')}`);
}

/** Desktop VS Code with the extension, where there is one. */
function openEditor() {
  const code = findOnPath('code');
  if (code === undefined) {
    console.log(
      '\nNo "code" on the PATH: npm run workbench serves VS Code with the extension in the browser.\n',
    );
    return;
  }
  console.log('\nOpening the sample in VS Code with the extension.\n');
  const editor = spawn(code, [`--extensionDevelopmentPath=${repository}`, sample], {
    detached: true,
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  editor.on('error', error => console.error(`VS Code did not start: ${error.message}`));
  editor.unref();
}

/** @param {string} text */
const indent = text => text.replace(/^/gm, '  ');

try {
  await main();
} catch (error) {
  console.error(error instanceof Unavailable ? error.message : error);
  process.exitCode = 1;
}
