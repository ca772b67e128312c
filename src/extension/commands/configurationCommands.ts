import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { compareVersions } from '../compare/compareVersions.ts';
import { configurationPlace } from '../configuration/configurationUri.ts';
import { commands } from '../contributions.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { LATEST } from '../versions/latest.ts';
import { pickQualifier } from '../versions/qualifierPicker.ts';
import { versionNamed } from '../versions/versionNamed.ts';
import { qualifierOf, uriOf } from './commandArguments.ts';
import type { CommandTable } from './table.ts';

/** Commands on configurations, and on what differs between versions. */
export function configurationCommands(app: App) {
  /** The function of the configuration that a lens or a menu names, or of the active one. */
  function edited(argument: unknown): FunctionTarget {
    const uri = uriOf(argument) ?? vscode.window.activeTextEditor?.document.uri;
    const place = uri && configurationPlace(uri, app.projects);
    if (place?.version === undefined && place !== undefined) return place;
    throw new Error(
      t('This is no configuration that can be edited: choose Edit Configuration of a function.'),
    );
  }

  return {
    [commands.functionEditConfiguration]: async argument => {
      const target = await app.pickers.target(argument);
      if (target !== undefined) await app.configuration.open({ project: target.project, name: target.name });
    },
    [commands.configurationReview]: argument => app.configuration.review(edited(argument)),
    [commands.configurationApply]: argument => app.configuration.apply(edited(argument)),
    [commands.configurationDiscard]: argument => app.configuration.discard(edited(argument)),
    [commands.versionCompare]: async argument => {
      const target = await app.pickers.target(argument);
      if (target === undefined) return;
      const { project, name } = target;
      const one =
        qualifierOf(argument) ??
        (await pickQualifier(target, { title: t('Compare a Version of {0}', name), aliases: true }));
      if (one === undefined) return;
      const named = (qualifier: string): string =>
        versionNamed(project.store.function(name)?.live, qualifier);
      const first = named(one);
      const other = await pickQualifier(target, {
        title: t('Compare {0} {1} With', name, first),
        latest: true,
        aliases: true,
        without: [one, first],
      });
      if (other !== undefined) await compareVersions({ project, name }, first, named(other));
    },
    [commands.versionCompareWithLatest]: async argument => {
      const target = await app.pickers.target(argument);
      if (target === undefined) return;
      const { project, name } = target;
      const one =
        qualifierOf(argument) ??
        (await pickQualifier(target, { title: t('Compare $LATEST of {0} With', name), aliases: true }));
      if (one === undefined) return;
      await compareVersions({ project, name }, versionNamed(project.store.function(name)?.live, one), LATEST);
    },
  } satisfies CommandTable;
}
