// The protocol of the database and the cache: lines of JSON over TCP on loopback, answers carry the id of their question.
import { connect, createServer } from 'node:net';

const lineLimit = 256 * 1024;

/**
 * answer(question) returns the answer, or throws: then { error } goes back.
 * admit(count) may return a refusal text for a connection that would be one too many.
 */
export async function serveWire({ port, answer, admit = () => null }) {
  const open = new Set();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    const refusal = admit(open.size);
    if (refusal !== null) {
      socket.end(`${JSON.stringify({ fatal: refusal })}\n`);
      return;
    }
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    let before = Promise.resolve();
    readLines(socket, (line) => {
      const { id, ...question } = JSON.parse(line);
      // One after the other on each connection, as databases do.
      before = before
        .then(() => answer(question))
        .catch((error) => ({ error: error.message }))
        .then((reply) => {
          if (socket.writable) socket.write(`${JSON.stringify({ id, ...reply })}\n`);
        });
    });
  });
  const taken = await listenOn(server, port);
  return {
    port: taken,
    connections: () => open.size,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Rejects where nobody listens. ask() rejects on an { error } answer, a closed connection and at its time limit. */
export function connectWire(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    const waiting = new Map();
    let nextId = 1;
    let fatal = null;

    function fail(error) {
      socket.destroy();
      for (const { reject: refuse, timer } of waiting.values()) {
        clearTimeout(timer);
        refuse(error);
      }
      waiting.clear();
    }

    function ask(question, { timeoutMs }) {
      return new Promise((settle, refuse) => {
        if (socket.destroyed) return refuse(new Error(fatal ?? 'the connection is closed'));
        const id = nextId++;
        const timer = setTimeout(() => fail(new Error(`no answer within ${timeoutMs}ms`)), timeoutMs);
        waiting.set(id, { resolve: settle, reject: refuse, timer });
        socket.write(`${JSON.stringify({ id, ...question })}\n`);
      });
    }

    socket.setNoDelay(true);
    socket.once('connect', () =>
      resolve({ ask, isOpen: () => !socket.destroyed, close: () => socket.destroy() }),
    );
    socket.on('error', (error) => {
      reject(error);
      fail(error);
    });
    socket.on('close', () => fail(new Error(fatal ?? 'the connection was closed')));
    readLines(socket, (line) => {
      const { id, ...reply } = JSON.parse(line);
      if (reply.fatal !== undefined) {
        fatal = reply.fatal;
        return fail(new Error(fatal));
      }
      const asked = waiting.get(id);
      if (!asked) return;
      waiting.delete(id);
      clearTimeout(asked.timer);
      if (reply.error === undefined) asked.resolve(reply);
      else asked.reject(new Error(reply.error));
    });
  });
}

/** Listens on loopback; a wanted port that is taken is answered by any free one, unless strict. */
export function listenOn(server, port, { strict = false } = {}) {
  return new Promise((resolve, reject) => {
    const onError = (error) => {
      if (error.code !== 'EADDRINUSE' || port === 0 || strict) return reject(error);
      resolve(listenOn(server, 0));
    };
    server.once('error', onError);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', onError);
      resolve(server.address().port);
    });
  });
}

function readLines(socket, onLine) {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    rest += chunk;
    const lines = rest.split('\n');
    rest = lines.pop();
    if (rest.length > lineLimit) return socket.destroy();
    try {
      for (const line of lines) onLine(line);
    } catch {
      socket.destroy();
    }
  });
}
