// The database: fixed-size rows in files, read by a few workers, one query after the other on each connection.
// A worker takes serviceMs for a query, as a slow disk would, so it answers workers / serviceMs queries a second at most.
import { open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runChild } from './child-runtime.mjs';
import { serveWire } from './wire.mjs';

const rowBytes = 256;

const tables = {
  products: (id) => ({ id, name: `Product ${id}`, text: `The ${id}. thing in our window` }),
  prices: (id) => ({ id, cents: 500 + id * 35 }),
  reviews: (id) => ({ id, stars: 1 + (id % 5), count: id * 3 }),
  stock: (id) => ({ id, left: (id * 7) % 40 }),
};

runChild(async ({ port, folder, rows, workers, serviceMs, maxConnections }, log) => {
  const files = {};
  for (const [name, row] of Object.entries(tables))
    files[name] = await openTable(join(folder, name), rows, row);
  const freeAt = new Array(workers).fill(0);
  let waiting = 0;

  // The workers keep to the clock, not to the timer: a timer that fires late on a busy machine makes one
  // answer late, it does not make the disk slower.
  async function turn() {
    const worker = freeAt.indexOf(Math.min(...freeAt));
    const now = performance.now();
    const endsAt = Math.max(now, freeAt[worker]) + serviceMs;
    freeAt[worker] = endsAt;
    waiting += 1;
    await sleep(endsAt - now);
    waiting -= 1;
  }

  const wire = await serveWire({
    port,
    admit: (count) => (count >= maxConnections ? `too many connections (${count}/${maxConnections})` : null),
    answer: async ({ table, key }) => {
      const file = Object.hasOwn(files, table) ? files[table] : null;
      if (!file || !Number.isInteger(key) || key < 1 || key > rows) throw new Error('no such row');
      await turn();
      const { buffer } = await file.read(Buffer.alloc(rowBytes), 0, rowBytes, (key - 1) * rowBytes);
      return { row: JSON.parse(buffer.toString('utf8')) };
    },
  });
  const report = setInterval(() => {
    const behind = waiting - workers;
    if (behind < workers) return;
    log.warn(
      `saturated: ${workers}/${workers} workers busy, ${behind} queries waiting, ${wire.connections()} connections`,
    );
  }, 5_000);
  log.info(
    `ready on ${wire.port}: ${workers} workers, ${serviceMs}ms a query, ${maxConnections} connections at most`,
  );
  return {
    port: wire.port,
    stop: async () => {
      clearInterval(report);
      wire.close();
    },
  };
});

async function openTable(path, rows, row) {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size !== rows * rowBytes) {
    const lines = Array.from({ length: rows }, (_, index) =>
      JSON.stringify(row(index + 1)).padEnd(rowBytes - 1),
    );
    await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600 });
  }
  return open(path, 'r');
}
