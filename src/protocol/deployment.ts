/**
 * How the workspace's functions get into the host (DESIGN.md: cli composes host and workspace). functions/ implements
 * it, the deployment in cli/ calls it. Calls for one function are made one after the other.
 */
import type { FunctionSummary, Owner } from './model.ts';
import type { DeclaredFunction, DeclaredLayer } from './workspace.ts';

/** Code that is ready to run. */
export type BuiltCode =
  | {
      readonly kind: 'folder';
      /** Absolute path; it is used in place, so a build goes into a new folder each time it changes. */
      readonly root: string;
      /** Changes exactly when the code changes; environments of an older one drain. */
      readonly hash: string;
      /** Bytes of the files. */
      readonly size: number;
      /** Handler string as the runtime needs it, where the build moved the file. */
      readonly handler?: string;
      /**
       * Absolute folders outside `root` that hold the project's installed packages, nearest first: a virtual
       * environment's `site-packages`, or a `node_modules` that Node would not find from `root` by itself (a container
       * sees only `root`). The runtime searches them after the code's own folder and the layers.
       */
      readonly libraries?: readonly string[];
    }
  | { readonly kind: 'zip'; readonly bytes: Buffer }
  | { readonly kind: 'image'; readonly imageUri: string; readonly hash: string };

/** What the layer of a template has. */
export type LayerFiles =
  | {
      readonly kind: 'folder';
      /** Absolute path; used in place. */
      readonly root: string;
      /** Hexadecimal; changes when one of its files does. */
      readonly hash: string;
      /** Bytes of the files. */
      readonly size: number;
    }
  /** Absolute path; unpacked by the host. */
  | { readonly kind: 'zip'; readonly file: string };

export interface DeployedFunction {
  readonly name: string;
  readonly owner: Owner;
}

export interface DeploymentTarget {
  /**
   * Makes the function known under its name with its configuration, before or without new code. A function that was
   * never built answers its first invocations when {@link deploy} or {@link buildFailed} follows. Returns a message when
   * another owner (or an API caller) has a function of that name: nothing is overwritten.
   */
  declare(declared: DeclaredFunction): string | undefined;
  /** New code is on its way: invocations that come from now on wait for it (or for the failure). */
  building(name: string): void;
  /** New code serves from now on; environments of the old one finish what they do and end. */
  deploy(name: string, code: BuiltCode): Promise<FunctionSummary>;
  /** The build failed: the last good code keeps serving; without one, invocations answer with this message. */
  buildFailed(name: string, message: string): void;
  /**
   * Makes the layer of a template known; called before functions that name it are declared. It is one version of the
   * layer of its name, whose number stays, and it follows its files.
   */
  declareLayer(declared: DeclaredLayer): void;
  /** What the layer has now; functions that have it start anew. Rejects with what is wrong with a zip: the last good one stays. */
  deployLayer(owner: Owner, files: LayerFiles): Promise<void>;
  /** ARNs of the function's layers that are not in this host: it runs without them. */
  missingLayers(name: string): readonly string[];
  /** Calls back when {@link missingLayers} may have changed without the workspace's doing. Returns what ends that. */
  onLayersChanged(listener: () => void): () => void;
  /** The owner's function or layer has disappeared: it is removed, its versions, aliases, queued events and history are kept for 7 days and come back with it. */
  remove(owner: Owner): void;
  /** All functions that belong to a workspace's owner. */
  owned(): readonly DeployedFunction[];
  /** Owners that have a layer. */
  ownedLayers(): readonly Owner[];
}
