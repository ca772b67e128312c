import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { SourceMaps } from '../../../src/client/sourceMaps.ts';
import { placesIn } from '../../../src/client/stackFrames.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import type { TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('places in stacks and logs', () => {
  const found = (text: string) =>
    placesIn(text).map(({ file, line, column, start, end }) => [file, line, column, text.slice(start, end)]);

  it('finds JavaScript’s, as paths and as URLs', () => {
    assert.deepEqual(found('    at handler (/w/src/app.js:3:9)'), [
      ['/w/src/app.js', 3, 9, '/w/src/app.js:3:9'],
    ]);
    assert.deepEqual(found('    at async file:///w/my%20app/index.mjs:10:2'), [
      ['/w/my app/index.mjs', 10, 2, 'file:///w/my%20app/index.mjs:10:2'],
    ]);
    assert.deepEqual(found(String.raw`    at C:\w\app.js:3:9`), [
      [String.raw`C:\w\app.js`, 3, 9, String.raw`C:\w\app.js:3:9`],
    ]);
    assert.deepEqual(found('at file:///C:/w/app.js:3:9')[0]?.[0], 'C:/w/app.js');
  });

  it('finds Python’s', () => {
    assert.deepEqual(found('  File "/w/my app/app.py", line 4, in handler'), [
      ['/w/my app/app.py', 4, undefined, 'File "/w/my app/app.py", line 4'],
    ]);
  });

  it('finds what is said of a template', () => {
    assert.deepEqual(found("/w/stack.yaml:17:3: The code folder /w/code isn't there."), [
      ['/w/stack.yaml', 17, 3, '/w/stack.yaml:17:3'],
    ]);
  });

  it('takes no URL, time or internal module for a place', () => {
    for (const text of [
      'http://127.0.0.1:3000/a',
      '14:02:11',
      'at node:internal/timers:543:17',
      'arn:aws:lambda:x',
    ])
      assert.deepEqual(found(text), [], text);
  });
});

describe('SourceMaps', () => {
  let folder: TemporaryFolder;
  before(async () => {
    folder = await temporaryFolder('source-maps');
  });
  after(() => folder.remove());

  it('leads from built code to its source', async () => {
    const source = path.join(folder.path, 'app.ts');
    await writeFile(
      source,
      `interface Unused { n: number }\n\nexport const handler = (event: Unused) => {\n  throw new TypeError('no ' + event.n);\n};\n`,
    );
    const built = path.join(folder.path, 'out', 'app.js');
    await build({
      entryPoints: [source],
      outfile: built,
      sourcemap: true,
      bundle: true,
      platform: 'node',
      logLevel: 'silent',
    });
    const { handler } = (await import(built)) as { handler: (event: object) => void };
    let stack = '';
    try {
      handler({});
    } catch (error) {
      stack = (error as Error).stack ?? '';
    }
    const [place] = placesIn(stack);
    assert.equal(place?.file, built);
    assert.deepEqual(await new SourceMaps().source(place), { file: source, line: 4, column: 9 });
  });

  it('stays where no map knows better', async () => {
    const place = { file: '/nowhere/app.js', line: 3, column: 1 };
    assert.deepEqual(await new SourceMaps().source(place), place);
    const python = { file: '/w/app.py', line: 3 };
    assert.deepEqual(await new SourceMaps().source(python), python);
  });
});
