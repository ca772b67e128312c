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
  publish(event: HostEvent): void;
  /** Sends the snapshot and everything after it; `gone` is called once when the client has left. */
  attach(response: ServerResponse, snapshot: HostEvent, gone: () => void): void;
  readonly clients: number;
  /** Tells everybody and ends their streams, and those of clients that come later. Idempotent. */
  close(reason: string): void;
}

export function createEventHub(clientsChanged: (count: number) => void): EventHub {
  const clients = new Set<ServerResponse>();
  let closed: HostEvent | undefined;

  function send(line: string): void {
    for (const client of clients) {
      if (client.writableLength > MOST_BUFFERED) client.destroy();
      else client.write(line);
    }
  }

  return {
    get clients() {
      return clients.size;
    },
    publish(event) {
      if (clients.size > 0) send(`${JSON.stringify(event)}\n`);
    },
    attach(response, snapshot, gone) {
      if (response.destroyed) {
        gone();
        return;
      }
      response.write(`${JSON.stringify(snapshot)}\n`);
      if (closed !== undefined) {
        response.once('close', gone).end(`${JSON.stringify(closed)}\n`);
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
      send(`${JSON.stringify(closed)}\n`);
      for (const client of clients) client.end();
      // What still ends while the host stops is told to nobody: a write after the end is an error.
      clients.clear();
    },
  };
}
