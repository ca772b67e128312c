/** The generator of the API's shapes, on a model of our own and without a network. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { BOTOCORE, type Model } from '../../../scripts/model/botocore.mjs';
import { FIRST, MEMBERS, SHAPES, STATUSES } from '../../../scripts/model/overrides.mjs';
import { readModel } from '../../../scripts/model/readModel.mjs';
import { writeRequestShapes, writeResponseShapes } from '../../../scripts/model/writeShapes.mjs';
import { writeTypes } from '../../../scripts/model/writeTypes.mjs';
import { repository } from '../../../scripts/prepare/progress.mjs';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

/** One operation, and whatever the overrides name. */
function tinyModel(): Model {
  const model: Model = {
    operations: {
      PutThing: {
        http: { method: 'PUT', requestUri: '/things/{Id}', responseCode: 200 },
        input: { shape: 'PutThingRequest' },
        output: { shape: 'Thing' },
      },
    },
    shapes: {
      String: { type: 'string' },
      Date: { type: 'timestamp' },
      Colour: { type: 'string', enum: ['red', 'blue'] },
      Colours: { type: 'list', member: { shape: 'Colour' }, min: 1 },
      PutThingRequest: {
        type: 'structure',
        required: ['Id'],
        members: {
          Id: { shape: 'String', location: 'uri', locationName: 'Id' },
          Colours: { shape: 'Colours' },
          Mode: { shape: 'Colour', location: 'header', locationName: 'X-Amz-Mode' },
          Force: { shape: 'String', location: 'querystring', locationName: 'force' },
        },
      },
      Thing: { type: 'structure', members: { Name: { shape: 'String' }, Made: { shape: 'Date' } } },
    },
  };
  const { shapes } = model;
  for (const { shape } of SHAPES) shapes[shape] ??= { type: 'string' };
  for (const { structure, member } of MEMBERS) {
    const found = (shapes[structure] ??= { type: 'structure' });
    found.members = { ...found.members, [member]: { shape: 'String' } };
  }
  for (const { structure } of FIRST) shapes[structure] ??= { type: 'structure', members: {} };
  return model;
}

describe('the generator of the API’s shapes', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder('model');
  });
  afterEach(() => folder.remove());

  it('writes data, types and what of an answer is a timestamp', () => {
    const model = readModel(tinyModel());
    assert.equal(
      writeRequestShapes(model).slice(writeRequestShapes(model).indexOf('export')),
      [
        'export const PutThingRequest = structure({',
        "  Force: queryParameter(AnyString, 'optional', 'force'),",
        "  Id: pathLabel(AnyString, 'required'),",
        '  Colours: inBody(Colours),',
        "  Mode: header(Colour, 'optional', 'x-amz-mode'),",
        '});',
        '',
      ].join('\n'),
    );
    assert.match(writeRequestShapes(model), /^const Colours = list\(Colour, \{ min: 1 \}\);$/m);
    assert.match(
      writeTypes(model),
      /readonly PutThing: \{ readonly input: PutThingRequest; readonly output: Thing \};/,
    );
    assert.match(writeTypes(model), /readonly Colours\?: readonly \('red' \| 'blue'\)\[\];/);
    assert.match(writeTypes(model), /readonly Made\?: Date;/);
    assert.match(
      writeResponseShapes(model).text,
      /^export const Thing: Written = \{ members: \{ Made: AnyDate \} \};$/m,
    );
  });

  it('does not go on where an override names what the model no longer has', () => {
    for (const [name] of [
      ...SHAPES.map(({ shape }) => [shape]),
      ...MEMBERS.map(({ structure }) => [structure]),
    ]) {
      const model = tinyModel();
      Reflect.deleteProperty(model.shapes, name ?? '');
      assert.throws(() => readModel(model), new RegExp(`no (shape|member) ${name ?? ''}`));
    }
    assert.ok([...SHAPES, ...MEMBERS, ...FIRST, ...STATUSES].every(({ source }) => /row|§/.test(source)));
  });

  const check = (env: Readonly<Record<string, string>>): { code: number | null; said: string } => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [path.join(repository, 'scripts/model.mjs'), '--check'],
      {
        env: { PATH: folder.path, LAMPLIGHT_CACHE: folder.path, HOME: folder.path, ...env },
        encoding: 'utf8',
      },
    );
    return { code: status, said: stderr };
  };

  it('says loudly that it did not check where PyPI is out of reach, and fails there in CI', () => {
    const elsewhere = check({});
    assert.equal(elsewhere.code, 0);
    assert.match(
      elsewhere.said,
      /^NOT CHECKED: the generated shapes .*\n {2}"\S+ -m pip download botocore==/m,
    );
    const inCi = check({ CI: 'true' });
    assert.equal(inCi.code, 1);
    assert.match(inCi.said, /^NOT CHECKED: /m);
  });

  it('names the files that are stale', async () => {
    const entry = path.join(folder.path, `botocore-${BOTOCORE.version}-lambda`);
    await mkdir(entry);
    await writeFile(path.join(entry, 'service-2.json.gz'), gzipSync(JSON.stringify(tinyModel())));
    const { code, said } = check({});
    assert.equal(code, 1);
    assert.match(said, /^requests\.generated\.ts, .* Run "node scripts\/model\.mjs"\.$/m);
  });
});
