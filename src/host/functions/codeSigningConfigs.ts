/** Code signing configurations (spec/lambda-service.md §10.4), which functions refer to by their ARN and which outlive them. */
import { randomBytes } from 'node:crypto';
import type { Database } from '../state/database.ts';
import type { ArnScope } from './arn.ts';
import { createRecordTable, type RecordTable } from './recordTable.ts';

export interface CodeSigningConfig {
  /** `csc-` and 17 characters. */
  readonly id: string;
  readonly description: string;
  /** ARNs. */
  readonly signingProfileVersions: readonly string[];
  readonly untrustedArtifactOnDeployment: 'Enforce' | 'Warn';
  /** Epoch milliseconds, service time. */
  readonly lastModified: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** By id. */
export type CodeSigningConfigs = RecordTable<CodeSigningConfig>;

export const createCodeSigningConfigs = (database: Database): CodeSigningConfigs =>
  createRecordTable(database, 'code_signing_configs', 'id');

export const newCodeSigningConfigId = (): string => `csc-${randomBytes(9).toString('hex').slice(0, 17)}`;

export const codeSigningConfigArn = (scope: ArnScope, id: string): string =>
  `arn:aws:lambda:${scope.region}:${scope.accountId}:code-signing-config:${id}`;
