import * as vscode from 'vscode';
import { CONFIGURATION_SCHEME } from '../contributions.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Projects } from '../project/projects.ts';

/** What a configuration document shows: the draft that is edited, or what the host has for a version or `$LATEST`. */
export interface ConfigurationPlace extends FunctionTarget {
  /** Absent for the draft. */
  readonly version?: string;
}

/** The name of the document is its tab's title. */
export function configurationUri({ project, name, version }: ConfigurationPlace): vscode.Uri {
  return vscode.Uri.from({
    scheme: CONFIGURATION_SCHEME,
    path: `/${name}${version === undefined ? '' : ` ${version}`}.json`,
    query: new URLSearchParams({
      folder: project.folder.uri.toString(),
      function: name,
      ...(version === undefined ? {} : { version }),
    }).toString(),
  });
}

/** Undefined for a document of a folder that is not open any more. */
export function configurationPlace(uri: vscode.Uri, projects: Projects): ConfigurationPlace | undefined {
  if (uri.scheme !== CONFIGURATION_SCHEME) return undefined;
  const query = new URLSearchParams(uri.query);
  const project = projects.all().find(one => one.folder.uri.toString() === query.get('folder'));
  const name = query.get('function');
  const version = query.get('version');
  if (project === undefined || name === null) return undefined;
  return { project, name, ...(version === null ? {} : { version }) };
}
