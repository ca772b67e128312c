// The licences of what the bundles contain: their terms ask that they go along.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { repository } from '../prepare/progress.mjs';

/** Text of dist/ThirdPartyNotices.txt. Rejects where a bundled package says nothing of its licence. */
export async function thirdPartyNotices() {
  const notices = [];
  for (const folder of await bundledPackages()) {
    const manifest = JSON.parse(await readFile(path.join(repository, folder, 'package.json'), 'utf8'));
    if (typeof manifest.license !== 'string') throw new Error(`${folder} is bundled and names no licence.`);
    const text = (await licenceOf(folder)) ?? declared(manifest);
    notices.push(`${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`);
  }
  return notices.join(`\n${'-'.repeat(80)}\n\n`);
}

/** Package folders with files in a bundle, as esbuild's metafiles tell. */
async function bundledPackages() {
  const dist = path.join(repository, 'dist');
  /** @type {Set<string>} */
  const folders = new Set();
  for (const name of await readdir(dist)) {
    if (!name.endsWith('.meta.json')) continue;
    const { inputs } = JSON.parse(await readFile(path.join(dist, name), 'utf8'));
    for (const input of Object.keys(inputs)) {
      const match = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
      if (match !== null) folders.add(match[0]);
    }
  }
  return [...folders].sort();
}

/** @param {string} folder */
async function licenceOf(folder) {
  const names = await readdir(path.join(repository, folder));
  const name = names.find(one => /^(licen[cs]e|copying)/i.test(one));
  return name === undefined ? undefined : readFile(path.join(repository, folder, name), 'utf8');
}

/** For a package that has its licence in package.json only. @param {{license: string, author?: string | {name?: string}}} manifest */
function declared({ license, author }) {
  const name = typeof author === 'string' ? author : author?.name;
  return `Copyright ${name ?? 'its authors'}. Licensed under ${license} (https://spdx.org/licenses/${license}.html).`;
}
