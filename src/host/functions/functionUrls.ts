/** Function URLs as they are stored (spec/lambda-service.md §9.1): of a function or of one of its aliases. */
import { randomInt } from 'node:crypto';
import type { FunctionSettings, Settings } from './functionSettings.ts';

/** As the API takes and gives it. */
export interface UrlCors {
  readonly AllowCredentials?: boolean;
  readonly AllowHeaders?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowOrigins?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAge?: number;
}

export interface FunctionUrl {
  /** 32 characters of a-z and 0-9, the first label of its host name. */
  readonly id: string;
  /** Its own, on this machine's loopback; it stays. */
  readonly port: number;
  readonly authType: 'AWS_IAM' | 'NONE';
  readonly cors?: UrlCors;
  /** BUFFERED where absent. */
  readonly invokeMode?: 'BUFFERED' | 'RESPONSE_STREAM';
  /** Epoch milliseconds, service time. */
  readonly created: number;
  /** Epoch milliseconds, service time. */
  readonly modified: number;
}

/** The qualifier is '' or an alias; one of an alias that is gone waits for the next of that name (recorded). */
export const functionUrls = (settings: FunctionSettings): Settings<FunctionUrl> => settings.of('url');

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export const newUrlId = (): string =>
  Array.from({ length: 32 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** `ID.lambda-url.us-east-1.localhost:PORT` */
export const urlHost = ({ id, port }: Pick<FunctionUrl, 'id' | 'port'>, region: string): string =>
  `${id}.lambda-url.${region}.localhost:${port}`;
