import path from 'node:path';
import * as vscode from 'vscode';
import { findAwsCli } from '../../client/awsCli.ts';
import type { HostLaunch } from '../../client/nodeBinary.ts';
import { awsVariables, misleadingVariables } from '../../client/shellExports.ts';
import { TERMINAL_PROFILE } from '../contributions.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import { writeWrappers } from './awsWrapper.ts';

export interface AwsTerminalOptions {
  /** Folder of the extension's own for the terminal's programs. */
  readonly storage: string;
  /** How the command line is started. */
  readonly launch: () => Promise<HostLaunch>;
  /** The folder whose host the terminal talks to; asks where there are several. Undefined where the user left. */
  readonly pickProject: () => Promise<Project | undefined>;
}

/** The terminal "Lamplight": the AWS CLI, of any version, the SDKs and `lamplight` talk to the folder's host in it. */
export class AwsTerminal implements vscode.TerminalProfileProvider {
  readonly #options: AwsTerminalOptions;
  readonly #registration: vscode.Disposable;

  constructor(options: AwsTerminalOptions) {
    this.#options = options;
    this.#registration = vscode.window.registerTerminalProfileProvider(TERMINAL_PROFILE, this);
  }

  async provideTerminalProfile(): Promise<vscode.TerminalProfile | undefined> {
    const options = await this.#terminal();
    return options && new vscode.TerminalProfile(options);
  }

  /** Opens one from a command. */
  async open(): Promise<void> {
    const options = await this.#terminal();
    if (options !== undefined) vscode.window.createTerminal(options).show();
  }

  async #terminal(): Promise<vscode.TerminalOptions | undefined> {
    const project = await this.#options.pickProject();
    if (project === undefined) return undefined;
    const [{ info }, launch, aws] = await Promise.all([
      project.connection.ensure(),
      this.#options.launch(),
      findAwsCli(process.env),
    ]);
    const old = aws?.readsEndpoint === false;
    const bin = await writeWrappers(
      path.join(this.#options.storage, old ? 'bin-aws' : 'bin'),
      { aws: old, lamplight: { command: launch.command, script: launch.args[0] ?? '' } },
      process.platform,
    );
    const searchPath = process.env['PATH'] ?? process.env['Path'] ?? '';
    return {
      name: 'Lamplight',
      iconPath: new vscode.ThemeIcon('terminal-bash'),
      cwd: project.folder.uri,
      env: {
        ...Object.fromEntries(misleadingVariables.map(name => [name, null])),
        ...Object.fromEntries(awsVariables(info)),
        PATH: `${bin}${path.delimiter}${searchPath}`,
      },
      message:
        aws === undefined
          ? t('Lamplight at {0}. The AWS CLI is not installed; “lamplight list” works here.', info.endpoint)
          : t('Lamplight at {0}. Try: aws lambda list-functions (AWS CLI {1})', info.endpoint, aws.version),
    };
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
