// What each command of shopctl does. Questions about history and releases are answered from the files,
// so they work while the shop is down; everything else asks the supervisor.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { call, change } from './client.mjs';
import { describeOperation, readHistory } from './history.mjs';
import { startShop, stopShop } from './launch.mjs';
import { compareReleases } from './releases.mjs';
import { pathsOf, readState, releasesFolder } from './state.mjs';

const questions = new Set(['health', 'cache-stats']);
const changes = new Set(['deploy', 'rollback', 'scale', 'restart', 'flush-cache']);

/** answer is called once with the document. With start --attached the promise settles only when the shop ends. */
export async function runCommand({ command, dir, args }, answer) {
  if (questions.has(command)) return answer(await call(dir, command, args, { timeoutMs: 10_000 }));
  if (changes.has(command)) return answer(await change(dir, command, args));
  switch (command) {
    case 'start':
      return start(dir, args, answer);
    case 'stop':
      return answer(await stopShop(dir));
    case 'status':
      return answer(await status(dir));
    case 'deploys':
      return answer(printedDeploys(readHistory(pathsOf(dir).history)));
    case 'compare':
      return answer({ ok: true, ...compareReleases(releasesFolder(), args.from, args.to) });
    case 'operation':
      return answer(await operation(dir, args.key));
    case 'logs-path':
      return answer({ ok: true, ...logFiles(dir) });
    default:
      throw new Error(`command ${command} is in the table but not here`);
  }
}

/** Newest first, each number once: its newest deploy that did not fail. */
function printedDeploys(history) {
  return history.releases().map(({ number, author, title, at, status, rolledBack, live }) => {
    const word = status === 'started' ? 'in-progress' : status;
    return { number, author, title, at, status: word, rolledBack, live };
  });
}

async function start(dir, args, answer) {
  const { answer: ready, child } = await startShop(dir, args);
  answer(ready);
  if (child === null) return;
  if (!args.attached) {
    child.disconnect();
    child.unref();
    return;
  }
  // Held by whoever started us: the end of our input, a signal, or our death (the IPC channel closes) stops the shop.
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = () => child.kill('SIGTERM');
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.stdin.on('end', stop).on('error', stop).resume();
  await ended;
  process.stdin.destroy();
}

async function status(dir) {
  return call(dir, 'status', {}, { timeoutMs: 5_000 }).catch((error) => {
    if (error.type !== 'not-running') throw error;
    return { ok: true, running: false, dir, services: [] };
  });
}

/** While the supervisor lives it knows what is still running; a start without an end and nobody to ask is unknown. */
async function operation(dir, key) {
  if (readState(dir)) {
    const live = await call(dir, 'operation', { key }, { timeoutMs: 5_000 }).catch((error) => {
      if (error.type !== 'not-running' && error.type !== 'unknown') throw error;
      return null;
    });
    if (live) return live;
  }
  return describeOperation(key, readHistory(pathsOf(dir).history).operation(key), { running: 'unknown' });
}

/** The balancer's log is about the shop as visitors see it. */
const serviceOf = { shop: 'shop', lb: 'shop', db: 'shop-db', cache: 'shop-cache', traffic: 'shop-traffic' };

function logFiles(dir) {
  const { logs } = pathsOf(dir);
  let names = [];
  try {
    names = readdirSync(logs).filter((name) => /\.log(\.1)?$/.test(name));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const files = names.sort().map((name) => {
    const instance = name.replace(/\.log(\.1)?$/, '');
    const [word] = instance.split('-');
    return { service: serviceOf[word] ?? null, instance, path: join(logs, name) };
  });
  return { directory: logs, files };
}
