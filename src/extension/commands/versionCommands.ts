import type { App } from '../app.ts';
import {
  addAlias,
  describeAlias,
  moveAlias,
  pointAliasAt,
  removeAlias,
  weighAlias,
} from '../aliases/editAliases.ts';
import { commands } from '../contributions.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { removeVersion } from '../versions/deleteVersion.ts';
import { publish } from '../versions/publish.ts';
import { pickQualifier } from '../versions/qualifierPicker.ts';
import { qualifierOf } from './commandArguments.ts';
import type { CommandTable } from './table.ts';

/** Commands on versions and aliases: from the trees, or from the palette, which asks. */
export function versionCommands(app: App) {
  const onVersion =
    (title: (target: FunctionTarget) => string, run: (target: FunctionTarget, version: string) => unknown) =>
    async (argument: unknown): Promise<void> => {
      const target = await app.pickers.target(argument);
      if (target === undefined) return;
      const version = qualifierOf(argument) ?? (await pickQualifier(target, { title: title(target) }));
      if (version !== undefined) await run(target, version);
    };
  const onAlias =
    (run: (target: FunctionTarget, alias: string) => unknown) =>
    async (argument: unknown): Promise<void> => {
      const target = await app.pickers.target(argument);
      if (target === undefined) return;
      const alias = qualifierOf(argument) ?? (await app.pickers.alias(target));
      if (alias !== undefined) await run(target, alias);
    };

  return {
    [commands.functionChooseQualifier]: async argument => {
      const target = await app.pickers.target(argument);
      if (target === undefined) return;
      const qualifier = await pickQualifier(target, {
        title: t('Invoke {0} As', target.name),
        placeHolder: t('What Invoke, Debug and F5 use from now on'),
        latest: true,
        aliases: true,
        current: app.qualifiers.get(target),
      });
      if (qualifier !== undefined) app.qualifiers.set(target, qualifier);
    },
    [commands.versionPublish]: async argument => {
      const target = await app.pickers.target(argument);
      if (target !== undefined) await publish(target);
    },
    [commands.versionShowMore]: async argument => {
      const target = await app.pickers.target(argument);
      if (target === undefined) return;
      target.project.versions.showMore(target.name);
      target.project.store.onChange.fire({ kind: 'function', name: target.name });
    },
    [commands.versionDelete]: onVersion(
      ({ name }) => t('Delete a Version of {0}', name),
      async (target, version) => {
        if (await removeVersion(target, version)) app.qualifiers.forget(target, version);
      },
    ),
    [commands.versionPointAlias]: onVersion(({ name }) => t('Point an Alias of {0} At', name), pointAliasAt),
    [commands.aliasCreate]: async argument => {
      const target = await app.pickers.target(argument);
      if (target !== undefined) await addAlias(target);
    },
    [commands.aliasMove]: onAlias((target, alias) => moveAlias(target, alias)),
    [commands.aliasWeights]: onAlias(weighAlias),
    [commands.aliasDescribe]: onAlias(describeAlias),
    [commands.aliasDelete]: onAlias(async (target, alias) => {
      const deletion = await removeAlias(target, alias);
      if (deletion === undefined) return;
      app.qualifiers.forget(target, alias);
      app.deletions.add(deletion);
    }),
    [commands.deletionUndo]: argument => app.deletions.undo(argument),
  } satisfies CommandTable;
}
