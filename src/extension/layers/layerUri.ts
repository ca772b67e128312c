import * as vscode from 'vscode';
import { LAYER_SCHEME } from '../contributions.ts';
import type { Project } from '../project/project.ts';
import { shortLayerName } from './layerArn.ts';

/** A file or folder of a layer version. */
export interface LayerPlace {
  readonly project: Project;
  readonly arn: string;
  /** Below the layer, with slashes; '' for its top. */
  readonly path: string;
}

/** What people read is its path, `/tools/3/nodejs/index.js`; what finds it is in its query. */
export function layerUri({ project, arn, path }: LayerPlace): vscode.Uri {
  return vscode.Uri.from({
    scheme: LAYER_SCHEME,
    path: `${rootOf(arn)}/${path}`,
    query: new URLSearchParams({ folder: project.folder.uri.toString(), arn }).toString(),
  });
}

/** Undefined where it names none, or its folder is not open any more. */
export function layerPlaceOf(uri: vscode.Uri, projects: readonly Project[]): LayerPlace | undefined {
  const query = new URLSearchParams(uri.query);
  const arn = query.get('arn');
  const project = projects.find(one => one.folder.uri.toString() === query.get('folder'));
  if (arn === null || project === undefined) return undefined;
  const root = rootOf(arn);
  if (uri.path === root) return { project, arn, path: '' };
  return uri.path.startsWith(`${root}/`)
    ? { project, arn, path: uri.path.slice(root.length + 1) }
    : undefined;
}

const rootOf = (arn: string): string => `/${shortLayerName(arn).replace(':', '/')}`;
