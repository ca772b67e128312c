import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findAwsProfile } from '../../../src/client/awsProfile.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('the user’s own AWS profile', () => {
  let home: TemporaryFolder;
  const at = (file: string): string => path.join(home.path, file);
  beforeEach(async () => {
    home = await temporaryFolder('profile');
    await mkdir(at('.aws'));
    await writeFile(
      at('.aws/config'),
      '[default]\nregion = eu-central-1\n\n[profile dev]\nsso_session = work\n[profile "two words"]\n',
    );
    await writeFile(at('.aws/credentials'), '[ci]\naws_access_key_id = AKIA\n');
  });
  afterEach(() => home.remove());

  it('is found in either file, in the form of each', async () => {
    const files = { configFile: at('.aws/config'), credentialsFile: at('.aws/credentials') };
    for (const name of ['default', 'dev', 'two words', 'ci'])
      assert.deepEqual(await findAwsProfile(name, { env: {}, home: home.path }), { name, ...files });
  });

  it('is looked for where variables say', async () => {
    const file = at('elsewhere');
    await writeFile(file, '[other]\n');
    const env = { AWS_SHARED_CREDENTIALS_FILE: file };
    assert.equal((await findAwsProfile('other', { env, home: home.path })).credentialsFile, file);
  });

  it('that is not there is an error with the places', async () => {
    for (const name of ['nobody', 'profile dev', 'region = eu-central-1'])
      await assert.rejects(findAwsProfile(name, { env: {}, home: home.path }), {
        message: `There is no AWS profile ${name} in ${at('.aws/config')} or ${at('.aws/credentials')}.`,
      });
  });
});
