import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { functionNameMistake } from '../../../src/extension/lifecycle/functionName.ts';
import { likelyHandler, missingFile } from '../../../src/extension/lifecycle/handlerInCode.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('what is asked of a new function', () => {
  let code: TemporaryFolder;
  before(async () => {
    code = await temporaryFolder('code');
    await mkdir(path.join(code.path, 'src'));
    for (const file of ['app.mjs', 'src/create.js', 'lambda_function.py', 'src/report.py'])
      await writeFile(path.join(code.path, file), '');
  });
  after(() => code.remove());

  it('is a name that Lambda takes and nobody has', () => {
    assert.equal(functionNameMistake('create_order-2', ['report']), undefined);
    assert.match(functionNameMistake('', [])!, /needs a name/);
    assert.match(functionNameMistake('create order', [])!, /“ ” can’t be in a name/);
    assert.match(functionNameMistake('a'.repeat(65), [])!, /65 characters are too many: Lambda takes 64/);
    assert.match(functionNameMistake('report', ['report'])!, /There is a function report already/);
  });

  it('is a handler, offered as the files suggest', () => {
    assert.equal(likelyHandler(code.path, 'nodejs24.x'), 'app.handler');
    assert.equal(likelyHandler(code.path, 'python3.13'), 'lambda_function.lambda_handler');
    assert.equal(likelyHandler(undefined, 'nodejs24.x'), 'index.handler');
    assert.equal(likelyHandler(code.path, 'java21'), 'example.Handler::handleRequest');
  });

  it('says where the handler’s file is missing', () => {
    assert.equal(missingFile(code.path, 'src/create.handler', 'nodejs24.x'), undefined);
    assert.match(missingFile(code.path, 'create.handler', 'nodejs24.x')!, /no create\.js, create\.mjs/);
    assert.equal(missingFile(code.path, 'src.report.handler', 'python3.13'), undefined);
    assert.match(missingFile(code.path, 'report.handler', 'python3.13')!, /no report\.py/);
    assert.equal(missingFile(code.path, 'example.Handler::handle', 'java21'), undefined);
  });
});
