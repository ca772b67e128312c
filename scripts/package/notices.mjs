// The licences of what the bundles contain: their terms ask that they go along.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { repository } from '../prepare/progress.mjs';

/** Text of dist/ThirdPartyNotices.txt. Rejects where a bundled package brings no licence file. */
export async function thirdPartyNotices() {
  const notices = [];
  for (const folder of await bundledPackages()) {
    const manifest = JSON.parse(await readFile(path.join(repository, folder, 'package.json'), 'utf8'));
    const text = await licenceOf(folder);
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
  if (name === undefined) throw new Error(`${folder} is bundled and brings no licence file.`);
  return readFile(path.join(repository, folder, name), 'utf8');
}
