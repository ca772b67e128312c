import assert from 'node:assert/strict';
import path from 'node:path';
import { missingSdkNotice, sdkFolder } from '../../../src/host/runtimes/sdkStorage.ts';

const node = { language: 'node', version: '22' } as const;
const python = { language: 'python', version: '3.13' } as const;
const notice = (launch: typeof node | typeof python, errorMessage: unknown): string | undefined =>
  missingSdkNotice(launch, Buffer.from(JSON.stringify({ errorType: 'Any', errorMessage })));

describe("the SDK's storage", () => {
  it('has a place for each language that AWS brings one to', () => {
    const at = path.join('/data', 'sdk');
    assert.equal(sdkFolder(at, node), path.join(at, 'nodejs', 'node_modules'));
    assert.equal(sdkFolder(at, python), path.join(at, 'python', '3.13'));
    assert.equal(sdkFolder(at, { language: 'node', version: '16' }), undefined, 'it brought version 2');
    assert.equal(sdkFolder(at, { language: 'provided', version: '' }), undefined);
    assert.equal(sdkFolder(undefined, node), undefined);
  });

  it('is named beside the project where a package of the SDK is in neither', () => {
    assert.equal(
      notice(node, "Error: Cannot find module '@aws-sdk/client-s3'\nRequire stack:\n- /x/index.js"),
      "Cannot find package '@aws-sdk/client-s3': it is neither in the project nor in Lamplight's storage. npm install it in the project, or run lamplight doctor --fix.",
    );
    assert.match(
      notice(node, "Cannot find package '@smithy/signature-v4/x' imported from /x") ?? '',
      /'@smithy\/signature-v4':/,
    );
    for (const module of ['boto3', 'boto3.session'])
      assert.match(
        notice(python, `Unable to import module 'app': No module named '${module}'`) ?? '',
        /^Cannot find package 'boto3': .* pip install it/,
      );
  });

  it('is not the cause of every failure', () => {
    assert.equal(notice(node, "Error: Cannot find module './@aws-sdk/client-s3'"), undefined);
    assert.equal(notice(node, "No module named 'boto3'"), undefined);
    assert.equal(notice(python, "No module named 'requests'"), undefined);
    assert.equal(notice(python, "No module named 'boto3_extras'"), undefined);
    assert.equal(notice(python, 3), undefined);
    assert.equal(missingSdkNotice(node, Buffer.from('not JSON')), undefined);
    assert.equal(missingSdkNotice(node, Buffer.from('null')), undefined);
  });
});
