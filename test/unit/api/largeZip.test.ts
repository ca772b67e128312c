import assert from 'node:assert/strict';
import type { ApiCall } from '../../../src/host/api/call.ts';
import { readInput } from '../../../src/host/api/input.ts';
import { parseWithZip } from '../../../src/host/api/largeZip.ts';
import type { InputOf } from '../../../src/host/api/operation.ts';
import { CreateFunctionRequest } from '../../../src/host/api/shapes/requests.generated.ts';

const zip = Buffer.from(Array.from({ length: 300_001 }, (_, index) => (index * 7) % 256));
const base64 = zip.toString('base64');

interface Create {
  readonly Code?: { readonly ZipFile?: unknown; readonly S3Key?: unknown };
  readonly ZipFile?: unknown;
  readonly [name: string]: unknown;
}
const parse = (text: string): Create => parseWithZip(Buffer.from(text)) as Create;

describe('a body that carries a zip', () => {
  it('gives the zip as bytes and the rest as JSON', () => {
    const update = parse(JSON.stringify({ FunctionName: 'f', ZipFile: base64, DryRun: true }));
    assert.deepEqual(update.ZipFile, zip);
    assert.equal(update['DryRun'], true);
    const create = parse(`{"Description":"ü","Code" : {"S3Key":"x" , "ZipFile"\n:\t"${base64}"}}`);
    assert.deepEqual(create.Code?.ZipFile, zip);
    assert.equal(create['Description'], 'ü');
    assert.equal(create.Code.S3Key, 'x');
  });

  it('is decoded in its place, so that nothing holds it twice', () => {
    const body = Buffer.from(`{"Content":{"ZipFile":"${base64}"},"LayerName":"l"}`);
    const parsed = parseWithZip(body) as { Content: { ZipFile: Buffer }; LayerName: string };
    assert.deepEqual(parsed.Content.ZipFile, zip);
    assert.equal(parsed.Content.ZipFile.buffer, body.buffer);
    assert.equal(parsed.LayerName, 'l');
  });

  it('reaches the operation as those bytes, checked and not copied', () => {
    const create = { FunctionName: 'f', Role: 'arn:aws:iam::000000000000:role/r', Code: { ZipFile: base64 } };
    const body = Buffer.from(JSON.stringify(create));
    const call = { request: { body }, route: { labels: {} } } as unknown as ApiCall;
    const input = readInput(call, CreateFunctionRequest) as InputOf<'CreateFunction'>;
    assert.deepEqual(input.Code.ZipFile, zip);
    assert.equal(input.Code.ZipFile.buffer, body.buffer);
  });

  it('is plain JSON when the name stands somewhere else, is escaped, or is short', () => {
    const same = (value: unknown): void => assert.deepEqual(parse(JSON.stringify(value)), value);
    same({ Environment: { Variables: { ZipFile: base64 } }, Code: {} });
    same({ Description: `"ZipFile":"${base64}"`, x: 1 });
    same({ Handler: 'ZipFile', pad: base64 });
    same({ ZipFile: 'c2hvcnQ=', pad: base64 });
    same({ ZipFile: 7, pad: base64 });
    const escaped = base64.replaceAll('/', '\\/');
    assert.equal(parse(`{"ZipFile":"${escaped}"}`).ZipFile, base64);
  });

  it('is refused as JSON is', () => {
    assert.throws(() => parse(`{"ZipFile":"${base64}"`), SyntaxError);
    assert.throws(() => parse(`{"ZipFile":"${base64}`), SyntaxError);
  });
});
