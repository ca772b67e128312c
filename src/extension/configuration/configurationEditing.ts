import * as vscode from 'vscode';
import { AwsCallError } from '../../client/callError.ts';
import {
  settingChanges,
  untilUpdated,
  updateConfiguration,
  updateMembers,
} from '../../client/functionSettings.ts';
import type { SettingChange } from '../../client/functionSettings.ts';
import { commands, CONFIGURATION_SCHEME } from '../contributions.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { LATEST } from '../versions/latest.ts';
import { hostSettings } from './configurationFiles.ts';
import type { ConfigurationFiles, HostSettings } from './configurationFiles.ts';
import { configurationUri } from './configurationUri.ts';
import { changesText, readSettings } from './settingsDocument.ts';

/** Editing a function's configuration: a document, what it changes in the diff editor, and then Apply. */
export class ConfigurationEditing {
  readonly #files: ConfigurationFiles;
  readonly #disposables: readonly { dispose(): void }[];
  /** Revision that was looked at last, by document. */
  readonly #looked = new Map<string, string | undefined>();
  #applying = false;

  constructor(files: ConfigurationFiles) {
    this.#files = files;
    const byHand = new Set<string>();
    this.#disposables = [
      vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
        if (document.uri.scheme !== CONFIGURATION_SCHEME || this.#applying) return;
        // An editor that saves by itself must not ask after each word.
        if (reason === vscode.TextDocumentSaveReason.Manual) byHand.add(document.uri.toString());
      }),
      files.onSaved(target => {
        const uri = configurationUri(target);
        if (byHand.delete(uri.toString()))
          void vscode.commands.executeCommand(commands.configurationReview, uri);
      }),
    ];
  }

  async open(target: FunctionTarget): Promise<void> {
    const uri = configurationUri(target);
    if (!isOpen(uri)) this.#files.discard(target);
    await vscode.window.showTextDocument(uri, { preview: false });
  }

  /** Shows what the document changes beside what the host has, and offers to apply it. */
  async review(target: FunctionTarget): Promise<void> {
    const reviewed = await this.#reviewed(target);
    if (reviewed === undefined) return;
    const { changes, current, isOutdated } = reviewed;
    const { name } = target;
    this.#looked.set(configurationUri(target).toString(), current.revisionId);
    this.#files.refresh(target);
    await vscode.commands.executeCommand(
      'vscode.diff',
      configurationUri({ ...target, version: LATEST }),
      configurationUri(target),
      t('{0}: as it is ↔ as edited', name),
    );
    const apply = t('Apply');
    const discard = t('Discard');
    const template = t('Open Template');
    const declared = target.project.store.function(name)?.declared;
    const notes = [
      t('Apply to {0}: {1}?', name, changesText(changes)),
      ...(isOutdated
        ? [t('It was configured by somebody else since you opened it: look at what would be undone.')]
        : []),
      ...(declared === undefined
        ? []
        : [
            t(
              '{0} declares this function: the next change of its declaration replaces what is applied here.',
              vscode.workspace.asRelativePath(declared.declaration.file),
            ),
          ]),
    ];
    const chosen = await vscode.window.showInformationMessage(
      notes.join(' '),
      apply,
      discard,
      ...(declared === undefined ? [] : [template]),
    );
    if (chosen === apply) await this.apply(target);
    if (chosen === discard) await this.discard(target);
    if (chosen === template)
      await vscode.commands.executeCommand(commands.functionOpenDeclaration, { ...target });
  }

  /** Makes the host's configuration what the document says, unless it changed since it was last looked at. */
  async apply(target: FunctionTarget): Promise<void> {
    const document = await vscode.workspace.openTextDocument(configurationUri(target));
    if (document.isDirty) await this.#save(document);
    const reviewed = await this.#reviewed(target);
    if (reviewed === undefined) return;
    const { changes, current } = reviewed;
    const { name, project } = target;
    const { members, kept } = updateMembers(changes);
    if (kept.length > 0)
      throw new Error(
        t('{0} always has a value on Lambda: give one instead of removing it.', kept.join(', ')),
      );
    const { client } = await project.connection.ensure();
    try {
      const looked = this.#looked.get(document.uri.toString()) ?? current.revisionId;
      await updateConfiguration(client, name, members, looked);
    } catch (error) {
      if (!(error instanceof AwsCallError) || error.code !== 'PreconditionFailedException') throw error;
      throw new Error(
        t('{0} was changed in this moment. Look at the changes again and apply them then.', name),
        {
          cause: error,
        },
      );
    }
    await untilUpdated(client, name);
    await this.discard(target);
    void vscode.window.setStatusBarMessage(
      `$(check) ${t('{0} is configured: {1}', name, changesText(changes))}`,
      TOLD_MS,
    );
  }

  /** Without the look at what it changes that saving by hand asks for. */
  async #save(document: vscode.TextDocument): Promise<void> {
    this.#applying = true;
    try {
      await document.save();
    } finally {
      this.#applying = false;
    }
  }

  /** The document shows again what the host has; a diff has nothing to show any more. */
  async discard(target: FunctionTarget): Promise<void> {
    const uri = configurationUri(target);
    this.#files.discard(target);
    this.#looked.delete(uri.toString());
    const isDirty = vscode.workspace.textDocuments.some(
      document => document.uri.toString() === uri.toString() && document.isDirty,
    );
    if (isDirty) {
      // Closing what is not saved would ask what to do with it.
      await vscode.window.showTextDocument(uri);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
    await closeDiff(target);
  }

  /** What the document changes; undefined, after saying so, where it is nothing. @throws for a document that is no configuration */
  async #reviewed(target: FunctionTarget): Promise<
    | {
        readonly changes: readonly SettingChange[];
        readonly current: HostSettings;
        readonly isOutdated: boolean;
      }
    | undefined
  > {
    const uri = configurationUri(target);
    const document = await vscode.workspace.openTextDocument(uri);
    const read = readSettings(document.getText());
    if ('mistake' in read) throw new Error(read.mistake);
    const current = await hostSettings(target);
    const changes = settingChanges(current.settings, read.settings);
    if (changes.length === 0) {
      await this.discard(target);
      void vscode.window.setStatusBarMessage(t('{0} is configured like this already.', target.name), TOLD_MS);
      return undefined;
    }
    const opened = this.#files.begunWith(target);
    return {
      changes,
      current,
      isOutdated: opened !== undefined && settingChanges(opened, current.settings).length > 0,
    };
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

/** For how long the status bar says what was done. */
const TOLD_MS = 6_000;

const isOpen = (uri: vscode.Uri): boolean =>
  vscode.workspace.textDocuments.some(
    document => !document.isClosed && document.uri.toString() === uri.toString(),
  );

async function closeDiff(target: FunctionTarget): Promise<void> {
  const draft = configurationUri(target).toString();
  const diffs = vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === draft);
  if (diffs.length > 0) await vscode.window.tabGroups.close(diffs);
}
