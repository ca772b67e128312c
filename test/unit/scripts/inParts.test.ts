import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { inParts } from '../../../scripts/build/inParts.mjs';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

/** A program that counts, and a part of it that counts on. */
const files = {
  'count.mjs': 'let count = 0;\nexport const next = () => ++count;\n',
  'never.mjs': "export const never = 'only in the part';\n",
  'program.mjs':
    "import { next } from './count.mjs';\nexport const here = next;\nexport const there = async () => (await import('./part.mjs')).counted();\n",
  'part.mjs':
    "import { next } from './count.mjs';\nimport { never } from './never.mjs';\nexport const counted = async () => [never, (await import('old')).name, next()];\n",
  'node_modules/old/index.js': "exports.name = 'CommonJS';\n",
};

describe('bundles in parts', () => {
  for (const minify of [false, true]) {
    it(`have one of each module, and load what is needed later later${minify ? ', minified too' : ''}`, async () => {
      const folder = await temporaryFolder('parts');
      try {
        for (const [name, text] of Object.entries(files)) {
          await mkdir(path.dirname(path.join(folder.path, name)), { recursive: true });
          await writeFile(path.join(folder.path, name), text);
        }
        const { metafile } = await build(
          inParts({
            absWorkingDir: folder.path,
            entryPoints: { program: 'program.mjs', part: 'part.mjs' },
            outdir: 'out',
            outExtension: { '.js': '.cjs' },
            bundle: true,
            platform: 'node',
            format: 'cjs',
            supported: { 'dynamic-import': false },
            metafile: true,
            minify,
            logLevel: 'silent',
          }),
        );
        const program = path.join(folder.path, 'out/program.cjs');
        assert.doesNotMatch(await readFile(program, 'utf8'), /only in the part/);
        const { here, there } = createRequire(import.meta.url)(program) as {
          here: () => number;
          there: () => Promise<unknown>;
        };
        assert.equal(here(), 1);
        assert.deepEqual(await there(), ['only in the part', 'CommonJS', 2]);
        assert.equal(here(), 3);
        // Whose licences go with the bundle.
        assert.ok('node_modules/old/index.js' in (metafile?.inputs ?? {}));
      } finally {
        await folder.remove();
      }
    });
  }
});
