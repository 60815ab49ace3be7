// The process that owns a shop: starts the others, balances requests, answers shopctl, and takes all down with it.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startBalancer } from './balancer.mjs';
import { startChild } from './children.mjs';
import { startControl } from './control.mjs';
import { errorDocument } from './errors.mjs';
import { createFleet } from './fleet.mjs';
import { readHistory } from './history.mjs';
import { openLog } from './log-file.mjs';
import { createMeter } from './meter.mjs';
import { createOperations } from './operations.mjs';
import { startPart } from './parts.mjs';
import { processStart } from './process-identity.mjs';
import { readRelease } from './releases.mjs';
import { size } from './size.mjs';
import { makeFolders, pathsOf, releasesFolder, removeState, writeState } from './state.mjs';
import { createVerbs } from './verbs.mjs';
import { connectWire } from './wire.mjs';

const options = JSON.parse(process.argv[2]);
const { dir } = options;
const paths = pathsOf(dir);
const releases = releasesFolder();
makeFolders(dir);
const log = openLog(join(paths.logs, 'supervisor.log'));
const logOf = (name) => join(paths.logs, `${name}.log`);
const stops = [];
let ending = null;

process.title = 'shop supervisor';
process.on('SIGTERM', () => end(0));
process.on('SIGINT', () => end(0));
if (options.attached) process.on('disconnect', () => end(0));
process.on('uncaughtException', die);
process.on('unhandledRejection', die);

start().then(
  (shop) =>
    tell({
      ok: true,
      running: true,
      dir,
      url: shop.url,
      port: shop.port,
      pid: process.pid,
      release: shop.release,
    }),
  (error) => {
    log.error(`could not start: ${error.stack}`);
    tell(errorDocument(error), () => end(1));
  },
);

async function start() {
  const operations = createOperations({ path: paths.history, log });
  operations.closeInterrupted();
  const before = readHistory(paths.history);
  const release = options.release ?? before.live()?.number ?? size.release;
  const { author, title } = readRelease(releases, release);
  const shop = { dir, pid: process.pid, startedAt: new Date().toISOString(), parts: [], end: () => end(0) };
  shop.release = release;
  shop.desired = options.instances ?? before.desired() ?? size.instances;

  const addresses = {};
  const fleet = createFleet({
    log,
    firstPort: (slot) => (options.port === 0 ? 0 : options.port + slot),
    launch: ({ name, release: number, port }) =>
      startChild({
        program: 'app',
        log,
        options: { ...size.app, ...appOptions(name, number, port, addresses) },
      }),
  });
  const addPart = async (part) => {
    const made = await startPart({ log, ...part });
    shop.parts.push(made);
    stops.unshift(() => made.stop());
    return made;
  };
  const onReady = (name) => (part) => {
    addresses[name] = part.port;
    fleet.tell({ type: 'addresses', addresses });
  };
  const database = (part) => ({
    ...size.database,
    port: part.port ?? 0,
    folder: paths.tables,
    log: logOf('db-1'),
  });
  const cache = (part) => ({ ...size.cache, port: part.port ?? 0, log: logOf('cache-1') });
  await Promise.all([
    addPart({
      name: 'shop-db',
      kind: 'database',
      program: 'database',
      options: database,
      onReady: onReady('database'),
    }),
    addPart({
      name: 'shop-cache',
      kind: 'cache',
      program: 'cache',
      options: cache,
      onReady: onReady('cache'),
    }),
  ]);

  stops.unshift(() => fleet.stop());
  const launchAll = () => fleet.scale(shop.desired, release);
  if (before.live()?.number !== release) {
    const asked = { release };
    const plan = () => ({ author, title, from: before.live()?.number ?? null });
    await operations.run({ kind: 'deploy', asked, plan }, async () => {
      await launchAll();
      return { changed: true, from: before.live()?.number ?? null, to: release };
    });
  } else {
    await launchAll();
  }

  const meter = createMeter();
  const balancerLog = openLog(logOf('lb'));
  const balancer = await startBalancer({ port: options.port, fleet, meter, log: balancerLog });
  stops.unshift(() => balancer.stop());
  shop.port = balancer.port;
  shop.url = `http://127.0.0.1:${balancer.port}`;

  const perSecond = options.traffic ?? size.traffic.perSecond;
  if (perSecond > 0) {
    const traffic = () => ({ ...size.traffic, perSecond, url: shop.url, log: logOf('traffic') });
    await addPart({ name: 'shop-traffic', kind: 'traffic', program: 'traffic', options: traffic });
  }

  const askCache = (question) => askOnce(addresses.cache, question);
  const verbs = createVerbs({
    shop,
    fleet,
    cache: askCache,
    operations,
    meter,
    history: () => readHistory(paths.history),
    releases,
  });
  const token = randomBytes(24).toString('hex');
  const control = await startControl({ token, verbs, log });
  stops.push(() => control.stop());
  const { pid, startedAt, port, url } = shop;
  writeState(dir, {
    pid,
    processStart: processStart(pid),
    startedAt,
    controlPort: control.port,
    token,
    port,
    url,
    dir,
  });
  log.info(`the shop is open at ${url}, release ${release}, ${shop.desired} instances`);
  return shop;
}

function appOptions(name, release, port, addresses) {
  return { name, release, releaseFolder: join(releases, String(release)), port, addresses, log: logOf(name) };
}

async function askOnce(port, question) {
  const connection = await connectWire(port);
  try {
    return await connection.ask(question, { timeoutMs: 2_000 });
  } finally {
    connection.close();
  }
}

function tell(message, then = () => {}) {
  if (process.connected) process.send(message, then);
  else then();
}

/** Traffic first, then the door, the apps, and what they need: nobody loses what he still uses. */
async function end(code) {
  if (ending) return ending;
  ending = (async () => {
    log.info('closing');
    setTimeout(() => process.exit(code), 12_000).unref();
    for (const stop of stops) await Promise.resolve(stop()).catch((error) => log.error(error.stack));
    removeState(dir, process.pid);
    log.info('closed');
    process.exit(code);
  })();
  return ending;
}

/** The children end by themselves when we do. */
function die(error) {
  log.error(`died: ${error?.stack ?? error}`);
  process.exit(1);
}
