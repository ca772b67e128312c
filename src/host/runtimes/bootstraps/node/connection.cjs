'use strict';
// The connection to the environment's Runtime API: frames after an HTTP upgrade (host/environments/runtimeApi/frames.ts).
const net = require('node:net');
const { LeftBehind } = require('./leftBehind.cjs');

const ASSIGN = 1;
const EVENT = 2;
const RESULT = 3;
const NEXT = 17;
const RESPONSE = 18;
const ERROR = 19;
const INIT_ERROR = 20;
const DEBUGGER = 21;
const LEFT = 22;
const STREAM_BEGIN = 23;
const STREAM_CHUNK = 24;
const STREAM_END = 25;
const PREFIX = 9;
const READ_BYTES = 64 * 1024;

/**
 * Connects to `address` (host:port), over the connection that this process was born with where there is one; `onAssign` is
 * called once with what this process serves.
 */
function connect(address, onAssign) {
  // One buffer for all that is ever read: a new one of this size for each event costs as much as the event.
  const onread = {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback(length, buffer) {
      connection.receive(buffer.subarray(0, length));
      return true;
    },
  };
  const socket = bornWith(onread) ?? dial(address, onread);
  const connection = new Connection(socket, onAssign);
  socket.write(
    `GET /lamplight/frames HTTP/1.1\r\nHost: ${address}\r\nConnection: Upgrade\r\nUpgrade: lamplight-frames\r\n\r\n`,
  );
  // The host is gone, or this environment is: nothing of it may stay behind.
  socket.on('error', endGroup);
  socket.on('close', endGroup);
  return connection;
}

function bornWith(onread) {
  const { LAMPLIGHT_CONNECTION: fd } = process.env;
  delete process.env.LAMPLIGHT_CONNECTION;
  return fd === undefined ? undefined : new net.Socket({ fd: Number(fd), onread });
}

function dial(address, onread) {
  const [host, port] = address.split(':');
  return net.connect({ host, port: Number(port), noDelay: true, onread });
}

function endGroup() {
  if (process.platform !== 'win32') {
    try {
      process.kill(-process.pid, 'SIGKILL');
    } catch {
      // Not the leader of its group: it ends alone.
    }
  }
  process.exit(1);
}

class Connection {
  constructor(socket, onAssign) {
    this.socket = socket;
    this.onAssign = onAssign;
    this.onEvent = undefined;
    this.chunks = [];
    this.buffered = 0;
    this.needed = 0;
    this.upgraded = false;
    this.held = undefined;
    this.leftBehind = new LeftBehind();
    this.leftBehind.ignore(socket);
  }

  /** Resolves with `{ header, text }` of the next event; goes out in one write with the answer before it. */
  next() {
    this.idle(false);
    return new Promise(resolve => {
      this.onEvent = resolve;
      // What the handler began without waiting for it (fetch) has come into being by then.
      nextTick(() => {
        const looking = this.leftBehind.look(left => this.socket.write(encode(LEFT, { left })));
        const frame = looking ? NEXT_LOOKING : NEXT_FRAME;
        this.socket.write(this.held ? Buffer.concat([this.held, frame]) : frame);
        this.held = undefined;
      });
    });
  }

  /** While the user's code runs, only its own work keeps the event loop alive. */
  idle(idle) {
    if (idle) this.socket.unref();
    else this.socket.ref();
  }

  /** Answers an event: in one write with {@link next}, which follows at once, or now where `sent` waits for it to be out. */
  respond(header, body, sent) {
    this.send(encode(RESPONSE, header, body), sent);
  }

  fail(header, body, sent) {
    this.send(encode(ERROR, header, body), sent);
  }

  failInit(header, body, sent) {
    this.send(encode(INIT_ERROR, header, body), sent);
  }

  /** The response comes in pieces from here on. */
  beginStream(header) {
    this.socket.write(encode(STREAM_BEGIN, header));
  }

  /** Calls `sent` when the pieces are out: the host takes no more where it has enough. */
  stream(pieces, sent) {
    const { socket } = this;
    let length = 0;
    for (const piece of pieces) length += piece.length;
    const head = Buffer.allocUnsafe(PREFIX);
    head.writeUInt32BE(PREFIX - 4 + length, 0);
    head[4] = STREAM_CHUNK;
    head.writeUInt32BE(0, 5);
    socket.cork();
    socket.write(head);
    for (const piece of pieces) socket.write(piece);
    socket.write('', sent);
    socket.uncork();
  }

  /** In one write with {@link next}, which follows at once, but that something waits for it to be out. */
  endStream(trailers, sent) {
    this.send(encode(STREAM_END, trailers), sent);
  }

  /** True where the news is out already; else wait for {@link flushed}. */
  debugger(header) {
    this.socket.write(encode(DEBUGGER, header));
    return this.socket.writableLength === 0;
  }

  flushed() {
    return new Promise(resolve => this.socket.write('', resolve));
  }

  send(frame, sent) {
    const out = this.held ? Buffer.concat([this.held, frame]) : frame;
    this.held = undefined;
    if (sent) this.socket.write(out, sent);
    else this.held = out;
  }

  /** `chunk` is the socket's again after this call: what is needed longer is copied. */
  receive(chunk) {
    this.buffered += chunk.length;
    if (this.buffered < this.needed) {
      this.chunks.push(Buffer.from(chunk));
      return;
    }
    let data = this.chunks.length === 0 ? chunk : Buffer.concat([...this.chunks, chunk]);
    if (!this.upgraded) {
      const end = data.indexOf('\r\n\r\n');
      if (end >= 0) {
        if (data.toString('latin1', 0, 12) !== 'HTTP/1.1 101') endGroup();
        this.upgraded = true;
        data = data.subarray(end + 4);
      }
    }
    const rest = this.upgraded ? this.takeFrames(data) : data;
    this.chunks = rest.length > 0 ? [Buffer.from(rest)] : [];
    this.buffered = rest.length;
    this.needed = this.upgraded && rest.length >= 4 ? rest.readUInt32BE(0) + 4 : 0;
  }

  /** Takes all whole frames and returns the rest. */
  takeFrames(data) {
    let start = 0;
    while (data.length - start >= PREFIX) {
      const end = start + data.readUInt32BE(start) + 4;
      if (data.length < end) break;
      const headerStart = start + PREFIX;
      const headerEnd = headerStart + data.readUInt32BE(start + 5);
      const header = headerEnd > headerStart ? JSON.parse(data.toString('utf8', headerStart, headerEnd)) : {};
      this.take(data[start + 4], header, data.toString('utf8', headerEnd, end));
      start = end;
    }
    return data.subarray(start);
  }

  take(type, header, text) {
    if (type === EVENT) {
      this.idle(true);
      const resolve = this.onEvent;
      this.onEvent = undefined;
      if (!resolve) return;
      this.leftBehind.begin();
      resolve({ header, text });
    } else if (type === ASSIGN) {
      const assign = this.onAssign;
      this.onAssign = undefined;
      if (assign) assign(header);
    } else if (type === RESULT && header.status >= 400 && header.status !== 413) {
      // The host gave this event up, or the protocol broke: AWS's client ends here too.
      process.exit(1);
    }
  }
}

function encode(type, header, body) {
  const text = header === undefined ? '' : JSON.stringify(header);
  const headerLength = Buffer.byteLength(text);
  const bodyLength = body === undefined ? 0 : Buffer.byteLength(body);
  const frame = Buffer.allocUnsafe(PREFIX + headerLength + bodyLength);
  frame.writeUInt32BE(PREFIX - 4 + headerLength + bodyLength, 0);
  frame[4] = type;
  frame.writeUInt32BE(headerLength, 5);
  frame.write(text, PREFIX);
  if (typeof body === 'string') frame.write(body, PREFIX + headerLength);
  else if (body !== undefined) frame.set(body, PREFIX + headerLength);
  return frame;
}

const { nextTick } = process;
const NEXT_FRAME = encode(NEXT);
const NEXT_LOOKING = encode(NEXT, { looking: true });

module.exports = { connect };
