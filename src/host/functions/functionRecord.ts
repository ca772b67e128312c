/** A function's configuration as the control plane stores it: `$LATEST` and each published version. */
import type { Owner } from '../../protocol/model.ts';

export type CodeRef =
  /** A zip that came over the API: unpacked once under its hash. */
  | { readonly kind: 'zip'; readonly artifact: string }
  /** A folder that the workspace built or linked: it is used in place. */
  | {
      readonly kind: 'folder';
      readonly root: string;
      /** What the runtime gets instead of the record's handler, where the build moved the file. */
      readonly handler?: string;
      /** Folders of installed packages outside `root`, nearest first (protocol/deployment.ts). */
      readonly libraries?: readonly string[];
    }
  /** What a published version keeps of such a folder: copied once under the hash of its files. */
  | {
      readonly kind: 'tree';
      readonly artifact: string;
      readonly handler?: string;
      /** Used where they are, as those of a folder. */
      readonly libraries?: readonly string[];
    }
  /** Declared by the workspace and never built: `FunctionStore.ready` waits for the build, or says why it failed. */
  | { readonly kind: 'none' }
  | { readonly kind: 'image'; readonly imageUri: string };

/** A layer as a function has it (layers/attachedLayers.ts). */
export interface LayerRef {
  /** Of one version. */
  readonly arn: string;
  readonly codeSize: number;
  /**
   * What it was when it was attached or published: it stays this function's, also when the layer's version is deleted.
   * Absent where that follows a folder of the workspace, and where it is not here.
   */
  readonly artifact?: string;
}

export interface FunctionRecord {
  readonly name: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly description: string;
  readonly runtime?: string;
  readonly handler?: string;
  readonly role: string;
  readonly timeout: number;
  readonly memorySize: number;
  readonly ephemeralStorage: number;
  readonly packageType: 'Zip' | 'Image';
  readonly architecture: 'x86_64' | 'arm64';
  readonly environment: Readonly<Record<string, string>>;
  readonly layers: readonly LayerRef[];
  readonly logging: {
    readonly format: 'Text' | 'JSON';
    readonly group: string;
    readonly applicationLevel?: string;
    readonly systemLevel?: string;
  };
  readonly tracingMode: 'PassThrough' | 'Active';
  readonly imageConfig?: {
    readonly entryPoint?: readonly string[];
    readonly command?: readonly string[];
    readonly workingDirectory?: string;
  };
  /** Members that are stored and answered as given, and ruled by later work (VpcConfig, DeadLetterConfig, SnapStart …). */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly code: CodeRef;
  /** base64 of the SHA-256 of the zip, as AWS computes it. */
  readonly codeSha256: string;
  readonly codeSize: number;
  /** Epoch milliseconds, service time. */
  readonly lastModified: number;
  readonly revisionId: string;
  readonly state: 'Pending' | 'Active' | 'Inactive' | 'Failed';
  readonly stateReason?: string;
  readonly stateReasonCode?: string;
  readonly lastUpdateStatus?: 'Successful' | 'InProgress' | 'Failed';
  readonly lastUpdateStatusReason?: string;
  readonly lastUpdateStatusReasonCode?: string;
  readonly owner?: Owner;
}
