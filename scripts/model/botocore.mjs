// AWS's public model of the Lambda API, as botocore ships it. This is the one place that pins its version.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import yauzl from 'yauzl';
import { cachedFolder } from '../prepare/cache.mjs';
import { run, step, Unavailable } from '../prepare/progress.mjs';

/** To take a newer one: change both, run `node scripts/model.mjs`, and look at what changes. */
export const BOTOCORE = {
  version: '1.44.5',
  /** Of the wheel; pip refuses any other. */
  sha256: '8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921',
};

const ENTRY = 'botocore/data/lambda/2015-03-31/service-2.json.gz';
const FILE = 'service-2.json.gz';

/**
 * @typedef {object} ShapeRef a member of a structure, or what a list or map holds
 * @property {string} shape
 * @property {'uri' | 'querystring' | 'header' | 'statusCode'} [location]
 * @property {string} [locationName]
 *
 * @typedef {object} ModelShape
 * @property {'structure' | 'list' | 'map' | 'string' | 'integer' | 'long' | 'double' | 'boolean' | 'blob' | 'timestamp'} type
 * @property {Record<string, ShapeRef>} [members]
 * @property {string[]} [required]
 * @property {string} [payload] member that is the whole body
 * @property {ShapeRef} [member]
 * @property {ShapeRef} [key]
 * @property {ShapeRef} [value]
 * @property {number} [min]
 * @property {number} [max]
 * @property {string} [pattern]
 * @property {string[]} [enum]
 * @property {boolean} [sensitive]
 * @property {string} [timestampFormat]
 *
 * @typedef {object} ModelOperation
 * @property {{method: string, requestUri: string, responseCode: number}} http
 * @property {{shape: string}} input
 * @property {{shape: string}} [output]
 *
 * @typedef {object} Model
 * @property {Record<string, ModelOperation>} operations
 * @property {Record<string, ModelShape>} shapes
 */

/** Downloads it once for a machine. Rejects with {@link Unavailable} where pip or PyPI can't be reached. @returns {Promise<Model>} */
export async function loadModel() {
  const folder = await cachedFolder(`botocore-${BOTOCORE.version}-lambda`, download);
  return JSON.parse(gunzipSync(await readFile(path.join(folder, FILE))).toString('utf8'));
}

/** @param {string} folder */
async function download(folder) {
  const requirements = path.join(folder, 'requirements.txt');
  await writeFile(requirements, `botocore==${BOTOCORE.version} --hash=sha256:${BOTOCORE.sha256}\n`);
  const python = process.platform === 'win32' ? 'py' : 'python3';
  const options = ['download', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'];
  try {
    await step(`The API's model: botocore ${BOTOCORE.version} from PyPI`, () =>
      run(python, ['-m', 'pip', ...options, '-r', requirements, '-d', folder], { log: 'botocore' }),
    );
  } catch (error) {
    throw new Unavailable(
      `"${python} -m pip download botocore==${BOTOCORE.version}" failed: ${/** @type {Error} */ (error).message}`,
    );
  }
  const wheel = path.join(folder, `botocore-${BOTOCORE.version}-py3-none-any.whl`);
  await writeFile(path.join(folder, FILE), await entryOf(wheel));
  await rm(wheel);
}

/** @param {string} wheel @returns {Promise<Buffer>} */
async function entryOf(wheel) {
  const zip = await yauzl.openPromise(wheel);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== ENTRY) continue;
      const chunks = [];
      for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
      return Buffer.concat(chunks);
    }
  } finally {
    zip.close();
  }
  throw new Error(`There is no ${ENTRY} in ${wheel}.`);
}
