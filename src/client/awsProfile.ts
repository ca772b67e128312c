/** A profile of the user's own AWS configuration, which handlers get where a setting names it (DESIGN.md rule 7). */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AwsProfile } from '../protocol/awsProfile.ts';
import type { Surroundings } from './userFolders.ts';

/**
 * Finds the profile where AWS's tools look: AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else `~/.aws`
 * (https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html). Rejects with an Error that names profile and files
 * where neither has it.
 */
export async function findAwsProfile(
  name: string,
  { env, home }: Pick<Surroundings, 'env' | 'home'>,
): Promise<AwsProfile> {
  const configFile = path.resolve(env['AWS_CONFIG_FILE'] ?? path.join(home, '.aws/config'));
  const credentialsFile = path.resolve(
    env['AWS_SHARED_CREDENTIALS_FILE'] ?? path.join(home, '.aws/credentials'),
  );
  const [config, credentials] = await Promise.all(
    [configFile, credentialsFile].map(file => readFile(file, 'utf8').catch(() => '')),
  );
  const inConfig = sections(config ?? '').has(name === 'default' ? name : `profile ${name}`);
  if (!inConfig && !sections(credentials ?? '').has(name))
    throw new Error(`There is no AWS profile ${name} in ${configFile} or ${credentialsFile}.`);
  return { name, configFile, credentialsFile };
}

/** Titles in brackets, without quotes: `default`, `profile dev`. */
const sections = (text: string): ReadonlySet<string> =>
  new Set(
    Array.from(text.matchAll(/^\s*\[([^\]]*)\]/gm), ([, title = '']) =>
      title.replaceAll(/["']/g, '').trim().replaceAll(/\s+/g, ' '),
    ),
  );
