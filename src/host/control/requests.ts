/** Reads the bodies and queries of the control service; what is wrong with one is said by name. */
import { isAbsolute } from 'node:path';
import * as z from 'zod/mini';
import { AwsError } from '../../protocol/awsError.ts';
import type {
  DebuggerAddress,
  DebugRequest,
  LayerImport,
  LayerName,
  LayerPublish,
  SyncRequest,
} from '../../protocol/control.ts';
import { parseDuration } from '../../protocol/duration.ts';
import type { ServiceRequest } from '../gateway/service.ts';
import type { ReplayQuery } from '../invoke/replay.ts';

const debugSchema = z.object({
  functionName: z.string(),
  qualifier: z.optional(z.string()),
  clientId: z.string(),
});
const syncSchema = z.object({ files: z.array(z.string()) });
const importSchema = z.object({
  arn: z.string(),
  path: z.string(),
  description: z.optional(z.string().check(z.maxLength(256))),
});
const layerNameSchema = z.object({ arn: z.string() });
const publishNewSchema = z.object({
  name: z
    .string()
    .check(
      z.regex(
        /^[a-zA-Z0-9-_]{1,140}$/,
        '1 to 140 letters, digits, dashes and underscores make the name of a layer',
      ),
    ),
  path: z.string(),
  description: z.optional(z.string().check(z.maxLength(256))),
  compatibleRuntimes: z.optional(z.array(z.string()).check(z.maxLength(15))),
});
const speedSchema = z.object({ speed: z.number() });
const durationSchema = z.object({ duration: z.string() });
const replaySchema = z.object({
  attempt: z.optional(z.int().check(z.minimum(1))),
  qualifier: z.optional(z.string()),
});
const pausedSchema = z.object({ paused: z.boolean() });

const debuggerSchema = z.object({
  port: z.int().check(z.minimum(1), z.maximum(65_535)),
  debugpy: z.string(),
});

const invalid = (message: string): AwsError => new AwsError('ValidationException', 400, message);

/** The body as JSON. */
export function bodyOf(request: ServiceRequest): unknown {
  try {
    return JSON.parse(request.body.toString('utf8')) as unknown;
  } catch (error) {
    throw invalid(`The body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function read<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(result.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}

export function debugRequest(body: unknown): DebugRequest {
  const { functionName, qualifier, clientId } = read(debugSchema, body);
  return { functionName, clientId, ...(qualifier === undefined ? {} : { qualifier }) };
}

export const replayRequest = (body: unknown): ReplayQuery => read(replaySchema, body);

export const syncRequest = (body: unknown): SyncRequest => read(syncSchema, body);

export const pausedBody = (body: unknown): boolean => read(pausedSchema, body).paused;

export function debuggerAddress(body: unknown): DebuggerAddress {
  const { port, debugpy } = read(debuggerSchema, body);
  return { port, debugpy: absolute(debugpy, 'debugpy') };
}

export const speedBody = (body: unknown): number => read(speedSchema, body).speed;

/** Milliseconds. */
export function durationBody(body: unknown): number {
  const { duration } = read(durationSchema, body);
  const ms = parseDuration(duration);
  if (ms === undefined) throw invalid(`${duration} is no duration: write 61s, 10m, 5m30s, 2h or 1d.`);
  return ms;
}

export function importRequest(body: unknown): LayerImport {
  const { arn, path, description } = read(importSchema, body);
  return { arn, path: absolute(path), ...(description === undefined ? {} : { description }) };
}

function absolute(path: string, name = 'path'): string {
  if (!isAbsolute(path)) throw invalid(`${name} must be absolute: ${path}`);
  return path;
}

/** A template's by its ARN; whatever has none is new. */
export function publishRequest(body: unknown): LayerPublish {
  if (typeof body === 'object' && body !== null && 'arn' in body) return layerName(body);
  const { name, path, description, compatibleRuntimes } = read(publishNewSchema, body);
  return {
    name,
    path: absolute(path),
    ...(description === undefined ? {} : { description }),
    ...(compatibleRuntimes === undefined ? {} : { compatibleRuntimes }),
  };
}

export const layerName = (body: unknown): LayerName => read(layerNameSchema, body);

/** A text of the query that must be there. */
export function queryOf(query: URLSearchParams, name: string): string {
  const text = query.get(name);
  if (text === null || text === '') throw invalid(`${name} is missing.`);
  return text;
}

/** A part of the path, without its percent signs. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(`The path is not percent-encoded UTF-8: ${part}`);
  }
}

/** A whole number of the query, `fallback` where it is absent. */
export function numberOf(query: URLSearchParams, name: string, fallback: number, most: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw invalid(`${name} must be a whole number: ${text}`);
  return Math.min(value, most);
}
