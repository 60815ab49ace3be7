#!/usr/bin/env node
// Starts the built program with as little work as can be: V8's code cache beside dist, the SQLite binary by
// its path. Plain CommonJS, so that an old Node still reads far enough to say that it is too old.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const bundle = path.join(root, 'dist', 'cli.cjs');
const help = path.join(root, 'dist', 'help.txt');
const args = process.argv.slice(2);
// Words that are no commands make caches too; these many are enough.
const MOST_CACHES = 100;

if (isTooOld(process.versions.node)) {
  fail(
    `openclaw needs Node 20.19 or newer; this is ${process.version}`,
    'install a newer Node and try again',
  );
} else if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  print(`${version}\n`);
} else if (args.length === 1 && (args[0] === '--help' || args[0] === '-h') && fs.existsSync(help)) {
  print(fs.readFileSync(help, 'utf8'));
} else if (!fs.existsSync(bundle)) {
  fail('openclaw is not built yet', 'npm run build');
} else {
  start();
}

function start() {
  const binding = nativeBinding();
  if (binding) process.env.OPENCLAW_SQLITE_BINDING = binding;
  else delete process.env.OPENCLAW_SQLITE_BINDING;
  const caches = [];
  const loadPart = (name) => {
    const { script, keep } = compile(name);
    caches.push(keep);
    const module = { exports: {} };
    script.runInThisContext()(module.exports, require, module, importLater, loadPart);
    return module.exports;
  };
  loadPart('cli')
    .main(args, { exits: true })
    .then((code) => {
      process.exitCode = code;
      for (const keep of caches) keep();
      // Nothing is under way, so that Node would end now by itself; this spares it taking everything apart first.
      if (process.getActiveResourcesInfo().length === 0) process.exit(code);
    });
}

/** What the bundle loads only when it is needed: the daemon, and packages that stay in node_modules. */
function importLater(specifier) {
  if (!specifier.startsWith('./')) return import(specifier);
  return import(require('node:url').pathToFileURL(path.join(root, 'dist', specifier)).href);
}

/**
 * Below us in a checkout, beside us where npm installed us. Undefined: better-sqlite3 searches by itself, as its
 * version for Node 22 and later does (`src/store/sqlite.ts`).
 */
function nativeBinding() {
  if (Number.parseInt(process.versions.node, 10) >= 22) return undefined;
  return [path.join(root, 'node_modules'), path.join(root, '..')]
    .map((folder) => path.join(folder, 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node'))
    .find((file) => fs.existsSync(file));
}

/** A file of dist as a function, from the code cache where there is a fitting one. `keep` writes a new one. */
function compile(name) {
  const vm = require('node:vm');
  const filename = path.join(root, 'dist', `${name}.cjs`);
  const code = fs.readFileSync(filename).toString('latin1');
  // The build writes the hash of the content into the first line.
  const hash = /^\/\/ ([0-9a-f]{16})\n/.exec(code)?.[1];
  const file = hash && cacheFile(`${name}-${hash}`);
  const cachedData = file && readIfThere(file);
  const script = new vm.Script(code, { filename, ...(cachedData ? { cachedData } : {}) });
  const isFresh = cachedData !== undefined && !script.cachedDataRejected;
  // After the run: what was compiled on the way is in it too.
  return { script, keep: () => (isFresh || !file ? undefined : writeCache(file, script.createCachedData())) };
}

/** One for each command: a cache that holds what other commands compile takes longer to read than it saves. */
function cacheFile(build) {
  const words = args.slice(0, 2).filter((word) => /^(?:--)?[a-z][a-z-]{0,15}$/.test(word));
  return path.join(
    root,
    'dist',
    '.cache',
    `${[build, process.versions.v8, process.arch, ...words].join('-')}.bin`,
  );
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** A folder that is not ours to write (a global install) only costs the speed. */
function writeCache(file, data) {
  const folder = path.dirname(file);
  const part = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(folder, { recursive: true });
    const [ofThisBuild, name] = /^(\w+-)[0-9a-f]{16}/.exec(path.basename(file));
    const others = fs.readdirSync(folder);
    for (const old of others) {
      if (old.startsWith(name) && !old.startsWith(ofThisBuild))
        fs.rmSync(path.join(folder, old), { force: true });
    }
    if (others.length >= MOST_CACHES) return;
    fs.writeFileSync(part, data);
    fs.renameSync(part, file);
  } catch {
    fs.rmSync(part, { force: true });
  }
}

/** Not by process.stdout: making that stream takes longer than all the rest. */
function print(text) {
  try {
    fs.writeSync(1, text);
  } catch (error) {
    // The reader went away (`| head`), or its end does not take all of it at once.
    if (error.code === 'EAGAIN') process.stdout.write(text);
    else if (error.code !== 'EPIPE') throw error;
  }
}

function isTooOld(version) {
  const [major, minor] = version.split('.').map(Number);
  return major < 20 || (major === 20 && minor < 19);
}

function fail(message, hint) {
  process.stderr.write(`error: ${message}\nhint: ${hint}\n`);
  process.exitCode = 1;
}
