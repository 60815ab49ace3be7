// What this machine gives any program in Node: HTTP in, the body appended to a file, a sync that all who wait share, HTTP out.
// No store, no rules, no engine: the least that a 2xx after the disk can cost here, and what the benches stand our figures beside.
import { spawn } from 'node:child_process';
import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
if (process.argv[1] === self) serve(process.argv[2]);

/** A process of its own. `forwardTo`: where each body is posted once it is on the disk. */
export async function startBare(env, forwardTo = '') {
  const child = spawn(process.execPath, [self, forwardTo], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((found) => child.stdout.once('data', (said) => found(String(said).trim())));
  return { child, pid: child.pid, url: `http://127.0.0.1:${port}` };
}

function serve(forwardTo) {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-bare-'));
  const file = openSync(join(folder, 'log'), 'w');
  const agent = new Agent({ keepAlive: true });
  let waiting = [];
  let syncing = false;

  function sync() {
    const these = waiting;
    waiting = [];
    syncing = these.length > 0;
    if (!syncing) return;
    fdatasync(file, () => {
      for (const done of these) done();
      sync();
    });
  }

  const server = createServer((asked, response) => {
    const parts = [];
    asked.on('data', (part) => parts.push(part));
    asked.on('end', () => {
      const body = Buffer.concat(parts);
      JSON.parse(body);
      writeSync(file, body);
      waiting.push(() => {
        response.end('{}');
        if (forwardTo === '') return;
        const headers = { 'content-type': 'application/json', 'content-length': body.length };
        request(forwardTo, { agent, method: 'POST', headers }, (answer) => answer.resume()).end(body);
      });
      if (!syncing) {
        syncing = true;
        setImmediate(sync);
      }
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.once('SIGTERM', () => {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  });
}
