/** What can be done to aliases: each asks for what it needs, changes the host, and says what came of it. */
import * as vscode from 'vscode';
import { createAlias, deleteAlias, updateAlias } from '../../client/aliases.ts';
import type { AliasSummary } from '../../protocol/model.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Deletion } from '../undo/deletions.ts';
import { LATEST } from '../versions/latest.ts';
import { askDescription } from '../versions/publish.ts';
import { pickQualifier } from '../versions/qualifierPicker.ts';
import { aliasNameMistake } from './aliasName.ts';
import { splitText, versionName } from './split.ts';
import { pickWeight } from './weights.ts';
import type { Routing } from './routing.ts';

/** For how long the status bar says what was done. */
const TOLD_MS = 6_000;

const tell = (text: string): void => void vscode.window.setStatusBarMessage(`$(check) ${text}`, TOLD_MS);

const aliasesOf = ({ project, name }: FunctionTarget): readonly AliasSummary[] =>
  project.store.function(name)?.live?.aliases ?? [];

/** The alias as the host has it. @throws where it is gone. */
async function existing(target: FunctionTarget, name: string): Promise<AliasSummary> {
  await target.project.connection.ensure();
  const alias = aliasesOf(target).find(one => one.name === name);
  if (alias === undefined) throw new Error(t('{0} has no alias {1} any more.', target.name, name));
  return alias;
}

const clientOf = async ({ project }: FunctionTarget) => (await project.connection.ensure()).client;

/** A new alias; asks for the version where none is given. */
export async function addAlias(target: FunctionTarget, given?: string): Promise<void> {
  const client = await clientOf(target);
  const taken = aliasesOf(target).map(alias => alias.name);
  const name = await vscode.window.showInputBox({
    // What was typed is kept while the user looks elsewhere.
    ignoreFocusOut: true,
    title: t('New Alias of {0}', target.name),
    prompt: t('A name that clients call instead of a version'),
    placeHolder: 'live',
    validateInput: text => aliasNameMistake(text, taken),
  });
  if (name === undefined) return;
  const version =
    given ??
    (await pickQualifier(target, {
      title: t('Alias {0} of {1} Points At', name, target.name),
      latest: true,
    }));
  if (version === undefined) return;
  await createAlias(client, target.name, { name, version, description: '' });
  tell(t('Alias {0} of {1} points at {2}', name, target.name, versionName(version)));
}

/** Everything that the alias gets goes to another version from now on. */
export async function moveAlias(target: FunctionTarget, name: string, given?: string): Promise<void> {
  const alias = await existing(target, name);
  const version =
    given ??
    (await pickQualifier(target, {
      title: t('Move Alias {0} of {1} To', name, target.name),
      placeHolder: t('Now {0}', splitText(alias)),
      latest: true,
      current: alias.version,
    }));
  if (version === undefined) return;
  await route(target, alias, { version });
}

/** Divides what the alias gets between its version and another one. */
export async function weighAlias(target: FunctionTarget, name: string): Promise<void> {
  const alias = await existing(target, name);
  if (alias.version === LATEST)
    throw new Error(
      t('Alias {0} points at $LATEST, which Lambda does not divide. Move it to a version first.', name),
    );
  const title = t('Weights of Alias {0} of {1}', name, target.name);
  const second =
    alias.additional?.version ??
    (await pickQualifier(target, {
      title,
      placeHolder: t('Version that gets a share of what {0} gets now', versionName(alias.version)),
      without: [alias.version],
    }));
  if (second === undefined) return;
  const routing = await pickWeight(title, alias, second);
  if (routing !== undefined) await route(target, alias, routing);
}

async function route(target: FunctionTarget, alias: AliasSummary, routing: Routing): Promise<void> {
  const { version, additional = null } = routing;
  await updateAlias(await clientOf(target), target.name, alias.name, { version, additional });
  tell(t('Alias {0} of {1}: {2}', alias.name, target.name, splitText(routing)));
}

export async function describeAlias(target: FunctionTarget, name: string): Promise<void> {
  const alias = await existing(target, name);
  const description = await askDescription(
    t('Description of Alias {0} of {1}', name, target.name),
    t('What the alias is for'),
    alias.description,
  );
  if (description !== undefined)
    await updateAlias(await clientOf(target), target.name, name, { description });
}

/** Asks, then deletes; answers how to make it again, or nothing where the user left. */
export async function removeAlias(target: FunctionTarget, name: string): Promise<Deletion | undefined> {
  const alias = await existing(target, name);
  const remove = t('Delete');
  const chosen = await vscode.window.showWarningMessage(
    t('Delete alias {0} of {1}?', name, target.name),
    {
      modal: true,
      detail: t('Whoever invokes {0}:{1} gets an error from then on. Its versions stay.', target.name, name),
    },
    remove,
  );
  if (chosen !== remove) return undefined;
  await deleteAlias(await clientOf(target), target.name, name);
  return {
    title: t('alias {0} of {1}', name, target.name),
    restore: async () => {
      await createAlias(await clientOf(target), target.name, alias);
      return t('Alias {0} of {1} is back: {2}.', name, target.name, splitText(alias));
    },
  };
}

/** Points an alias, an existing or a new one, at a version. */
export async function pointAliasAt(target: FunctionTarget, version: string): Promise<void> {
  await target.project.connection.ensure();
  const aliases = aliasesOf(target);
  const chosen =
    aliases.length === 0
      ? { alias: undefined }
      : await vscode.window.showQuickPick(
          [
            ...aliases.map(alias => ({
              label: `$(tag) ${alias.name}`,
              description: splitText(alias),
              alias: alias.name,
            })),
            { label: `$(add) ${t('New Alias…')}`, alias: undefined },
          ],
          { title: t('Alias of {0} That Points At {1}', target.name, versionName(version)) },
        );
  if (chosen === undefined) return;
  if (chosen.alias === undefined) await addAlias(target, version);
  else await moveAlias(target, chosen.alias, version);
}
