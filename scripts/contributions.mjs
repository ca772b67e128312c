// Compares package.json's editor part with the ids in src/extension/contributions.ts and the texts in package.nls.json.
// `--check` (part of `npm run check`) exits 1 and names every difference; there is nothing that it writes.
import { readFile } from 'node:fs/promises';
import { attachFields, launchFields } from '../src/extension/debug/launchConfiguration.ts';
import {
  commands,
  contextKeys,
  DEBUG_TYPE,
  PYTHON_DEBUG_TYPE,
  restrictedSettings,
  RESULT_LANGUAGE,
  settings,
  TERMINAL_PROFILE,
  views,
  WALKTHROUGH,
} from '../src/extension/contributions.ts';

const read = async (/** @type {string} */ name) =>
  JSON.parse(await readFile(new URL(`../${name}`, import.meta.url), 'utf8'));
const manifest = await read('package.json');
const texts = await read('package.nls.json');
const { contributes } = manifest;

/** @type {string[]} */
const differences = [];

/** @param {string} what @param {readonly string[]} declared @param {readonly string[]} known */
function same(what, declared, known) {
  for (const id of declared)
    if (!known.includes(id)) differences.push(`${what} ${id} is in package.json but not in the code`);
  for (const id of known)
    if (!declared.includes(id)) differences.push(`${what} ${id} is in the code but not in package.json`);
  const twice = declared.filter((id, index) => declared.indexOf(id) !== index);
  for (const id of twice) differences.push(`${what} ${id} is in package.json twice`);
}

const ids = (/** @type {readonly Record<string, string>[]} */ list, /** @type {string} */ key) =>
  list.map(entry => entry[key] ?? '');

const commandIds = Object.values(commands);
same('Command', ids(contributes.commands, 'command'), commandIds);
same('View', ids(contributes.views.lamplight, 'id'), Object.values(views));
same('Debug type', ids(contributes.debuggers, 'type'), [DEBUG_TYPE, PYTHON_DEBUG_TYPE]);
same('Language', ids(contributes.languages, 'id'), [RESULT_LANGUAGE]);
same('Terminal profile', ids(contributes.terminal.profiles, 'id'), [TERMINAL_PROFILE]);
same('Walkthrough', ids(contributes.walkthroughs, 'id'), [WALKTHROUGH]);
same(
  'Restricted setting',
  manifest.capabilities.untrustedWorkspaces.restrictedConfigurations,
  restrictedSettings,
);

/** @type {Record<string, {default?: unknown}>} */
const declaredSettings = Object.assign(
  {},
  ...contributes.configuration.map((/** @type {{properties: object}} */ part) => part.properties),
);
same('Setting', Object.keys(declaredSettings), settings);
for (const [name, { default: value }] of Object.entries(declaredSettings))
  if (value === undefined) differences.push(`Setting ${name} has no default`);

const attributes = contributes.debuggers[0].configurationAttributes;
same('Field of a launch configuration', Object.keys(attributes.launch.properties), launchFields);
same('Field of an attach configuration', Object.keys(attributes.attach.properties), attachFields);

// Whatever names a command or a context key names one that exists.
const text = JSON.stringify(contributes) + JSON.stringify(texts);
const focus = Object.values(views).map(view => `${view}.focus`);
for (const [, id = ''] of text.matchAll(/(?:command:|"command":"|onCommand:)(lamplight\.[\w.]+)/g))
  if (!(/** @type {readonly string[]} */ ([...commandIds, ...focus]).includes(id)))
    differences.push(`A menu, a welcome text or a walkthrough names the command ${id}, which does not exist`);
same('Context key', [...new Set(text.match(/\blamplight:\w+/g))], contextKeys);

// Every text is there, and no text is left over.
const used = [...JSON.stringify(manifest).matchAll(/%([\w.$-]+)%/g)].map(([, key]) => key ?? '');
same('Text', [...new Set(used)], Object.keys(texts));

for (const event of manifest.activationEvents)
  if (event === '*' || event === 'onStartupFinished')
    differences.push(`Activation event ${event}: activation waits until it is needed`);

// At most three inline actions for an element of a view (VS Code's guidelines). It is in one state at a time: `noun+state`.
/** @type {Map<string, Map<string, number>>} */
const inline = new Map();
for (const { when, group } of contributes.menus['view/item/context']) {
  if (!group.startsWith('inline')) continue;
  const [, noun = when, state = ''] = /viewItem =~ \/\^(\w+)(?:\\\+(\w+)\/)?/.exec(when) ?? [];
  /** @type {Map<string, number>} */
  const states = inline.get(noun) ?? new Map();
  inline.set(noun, states.set(state, (states.get(state) ?? 0) + 1));
}
for (const [noun, states] of inline) {
  const { '': always = 0, ...others } = Object.fromEntries(states);
  const count = always + Math.max(0, ...Object.values(others));
  if (count > 3) differences.push(`Elements "${noun}" have ${count} inline actions; three are the most`);
}

if (differences.length > 0) {
  console.error(`package.json and the code differ:\n${differences.map(line => `- ${line}`).join('\n')}`);
  process.exitCode = 1;
}
