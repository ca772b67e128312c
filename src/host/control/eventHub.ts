/**
 * The live event stream: every client gets a snapshot first, then each event as a line of JSON.
 *
 * A client that reads too slowly is disconnected instead of growing the host; it connects again and gets a snapshot.
 */
import type { ServerResponse } from 'node:http';
import type { HostEvent } from '../../protocol/control.ts';

/** Bytes that may wait for one slow client. */
const MOST_BUFFERED = 8 * 1024 * 1024;

export interface EventHub {
  publish(events: readonly HostEvent[]): void;
  /** Sends the snapshot and everything after it; `gone` is called once when the client has left. */
  attach(response: ServerResponse, snapshot: HostEvent, gone: () => void): void;
  readonly clients: number;
  /** Tells everybody and ends their streams, and those of clients that come later. Idempotent. */
  close(reason: string): void;
}

export function createEventHub(clientsChanged: (count: number) => void): EventHub {
  const clients = new Set<ServerResponse>();
  let closed: HostEvent | undefined;

  function send(text: string): void {
    for (const client of clients) {
      if (client.writableLength > MOST_BUFFERED) client.destroy();
      else client.write(text);
    }
  }

  return {
    get clients() {
      return clients.size;
    },
    publish(events) {
      if (clients.size > 0) send(events.map(lineOf).join(''));
    },
    attach(response, snapshot, gone) {
      if (response.destroyed) {
        gone();
        return;
      }
      response.write(lineOf(snapshot));
      if (closed !== undefined) {
        response.once('close', gone).end(lineOf(closed));
        return;
      }
      clients.add(response);
      clientsChanged(clients.size);
      response.once('close', () => {
        clients.delete(response);
        gone();
        clientsChanged(clients.size);
      });
    },
    close(reason) {
      if (closed !== undefined) return;
      closed = { type: 'stopping', reason };
      send(lineOf(closed));
      for (const client of clients) client.end();
      // What still ends while the host stops is told to nobody: a write after the end is an error.
      clients.clear();
    },
  };
}

const lineOf = (event: HostEvent): string => `${JSON.stringify(event)}\n`;
