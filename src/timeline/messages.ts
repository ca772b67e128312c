/** What the editor and the Timeline's web page say to each other. */
import type { HostEvent } from '../protocol/control.ts';

/** An event of the host, with the machine's time of its arrival (epoch milliseconds). */
export interface Arrived {
  readonly wall: number;
  readonly event: HostEvent;
}

export type ExportFormat = 'png' | 'json';

export type ToPage =
  /** Whatever was before is gone: a page that has just loaded, or a host that was met. */
  | { readonly type: 'begin'; readonly events: readonly Arrived[] }
  | { readonly type: 'events'; readonly events: readonly Arrived[] }
  | { readonly type: 'hostGone'; readonly wall: number }
  /** Only this function; absent: all. */
  | { readonly type: 'filter'; readonly functionName?: string }
  /** Whether its tab is in front: what nobody sees needs no drawing. */
  | { readonly type: 'visible'; readonly visible: boolean }
  | { readonly type: 'export'; readonly format: ExportFormat };

export type FromPage =
  | { readonly type: 'ready' }
  | {
      readonly type: 'open';
      readonly functionName: string;
      readonly requestId: string;
      readonly attempt: number;
    }
  /** Text of a JSON file, or base64 of a PNG file. */
  | { readonly type: 'exported'; readonly format: ExportFormat; readonly content: string }
  | { readonly type: 'failed'; readonly message: string };

/** Whether the page's message is one; it comes from another process. */
export function isFromPage(message: unknown): message is FromPage {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  const text = (key: string): boolean => typeof (message as Record<string, unknown>)[key] === 'string';
  switch (message.type) {
    case 'ready':
      return true;
    case 'open':
      return (
        text('functionName') &&
        text('requestId') &&
        'attempt' in message &&
        typeof message.attempt === 'number'
      );
    case 'exported':
      return (
        text('content') && 'format' in message && (message.format === 'png' || message.format === 'json')
      );
    case 'failed':
      return text('message');
    default:
      return false;
  }
}
