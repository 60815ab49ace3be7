// A bounded pool of database connections. Who finds none free waits in line, for so long and no longer.

export class PoolExhausted extends Error {}

/**
 * connect() opens a connection with ask, isOpen and close. size: connections at most. waitMs: patience in line.
 * withConnection(work) rejects with PoolExhausted when none became free in time.
 */
export function createPool({ connect, size, waitMs, idleMs = 10_000 }) {
  const idle = [];
  const line = [];
  let open = 0;

  async function withConnection(work) {
    const connection = await acquire();
    try {
      return await work(connection);
    } finally {
      release(connection);
    }
  }

  async function acquire() {
    while (idle.length > 0) {
      const { connection, timer } = idle.pop();
      clearTimeout(timer);
      if (connection.isOpen()) return connection;
      open -= 1;
    }
    if (open < size) return openOne();
    const turn = await queue();
    return turn ?? openOne();
  }

  async function openOne() {
    open += 1;
    try {
      return await connect();
    } catch (error) {
      open -= 1;
      line.shift()?.resolve(null);
      throw error;
    }
  }

  function queue() {
    const since = performance.now();
    return new Promise((resolve, reject) => {
      const waiter = {
        resolve: (connection) => {
          clearTimeout(timer);
          resolve(connection);
        },
      };
      const timer = setTimeout(() => {
        line.splice(line.indexOf(waiter), 1);
        const waited = Math.round(performance.now() - since);
        reject(new PoolExhausted(`connection pool exhausted (${open}/${size} in use, waited ${waited}ms)`));
      }, waitMs);
      line.push(waiter);
    });
  }

  function release(connection) {
    const next = line.shift();
    if (!connection.isOpen()) {
      open -= 1;
      next?.resolve(null);
    } else if (next) {
      next.resolve(connection);
    } else {
      idle.push({ connection, timer: setTimeout(() => retire(connection), idleMs) });
    }
  }

  function retire(connection) {
    const index = idle.findIndex((one) => one.connection === connection);
    if (index < 0) return;
    idle.splice(index, 1);
    open -= 1;
    connection.close();
  }

  return { withConnection, size, inUse: () => open - idle.length, waiting: () => line.length };
}
