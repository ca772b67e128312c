import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import {
  settingChanges,
  settingNames,
  settingsOf,
  updateMembers,
} from '../../../src/client/functionSettings.ts';
import {
  changesText,
  readSettings,
  settingsText,
} from '../../../src/extension/configuration/settingsDocument.ts';
import { UpdateFunctionConfigurationRequest } from '../../../src/host/api/shapes/requests.generated.ts';

const configuration = {
  FunctionName: 'a',
  FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:a',
  Runtime: 'nodejs22.x',
  Handler: 'app.handler',
  MemorySize: 128,
  Timeout: 3,
  Environment: { Variables: { TABLE: 'orders' } },
  SnapStart: { ApplyOn: 'None' },
};

describe('a function’s settings', () => {
  it('are what can be edited, and come back from their document', () => {
    const settings = settingsOf(configuration);
    assert.deepEqual(settings, {
      Description: '',
      Runtime: 'nodejs22.x',
      Handler: 'app.handler',
      MemorySize: 128,
      Timeout: 3,
      Environment: { Variables: { TABLE: 'orders' } },
      Layers: [],
    });
    assert.deepEqual(readSettings(settingsText(settings)), { settings });
  });

  it('differ by value, whatever the order of members; what is taken away is emptied', () => {
    const before = {
      MemorySize: 128,
      Timeout: 3,
      Environment: { Variables: { A: '1', B: '2' } },
      KMSKeyArn: 'k',
    };
    const after = { MemorySize: 256, Environment: { Variables: { B: '2', A: '1' } } };
    const changes = settingChanges(before, after);
    assert.equal(changesText(changes), 'MemorySize 128 → 256, Timeout 3 → none, KMSKeyArn k → none');
    assert.deepEqual(updateMembers(changes), {
      members: { MemorySize: 256, KMSKeyArn: '' },
      kept: ['Timeout'],
    });
  });

  it('never show the values of variables', () => {
    const variables = (SECRET: string) => ({ Environment: { Variables: { SECRET } } });
    assert.equal(changesText(settingChanges(variables('one'), variables('two'))), 'Environment');
  });

  it('are refused with what is wrong', () => {
    for (const [text, mistake] of [
      ['', /it is empty/],
      ['{', /no JSON/],
      ['[]', /is a JSON object/],
      ['{ "Memory": 1 }', /Memory can’t be configured here\. There are Description, Runtime/],
    ] as const) {
      const read = readSettings(text);
      assert.ok('mistake' in read);
      assert.match(read.mistake, mistake);
    }
  });

  it('are all in the schema of the document, and all in the API', async () => {
    const file = new URL('../../../media/functionConfiguration.schema.json', import.meta.url);
    const schema = JSON.parse(await readFile(file, 'utf8')) as { readonly properties: object };
    assert.deepEqual(Object.keys(schema.properties), [...settingNames]);
    for (const name of settingNames) assert.ok(name in UpdateFunctionConfigurationRequest.members, name);
  });
});
