#!/usr/bin/env node
// Starts the built program with as little work as can be: V8's code cache beside dist, the SQLite binary by
// its path. Plain CommonJS, so that an old Node still reads far enough to say that it is too old.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const bundle = path.join(root, 'dist', 'cli.cjs');
const args = process.argv.slice(2);

if (isTooOld(process.versions.node)) {
  fail(
    `openclaw needs Node 20.19 or newer; this is ${process.version}`,
    'install a newer Node and try again',
  );
} else if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  process.stdout.write(`${version}\n`);
} else if (!fs.existsSync(bundle)) {
  fail('openclaw is not built yet', 'npm run build');
} else {
  start();
}

function start() {
  const binding = nativeBinding();
  if (binding) process.env.OPENCLAW_SQLITE_BINDING = binding;
  else delete process.env.OPENCLAW_SQLITE_BINDING;
  const { script, keep } = compile();
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, bundle, path.dirname(bundle));
  module.exports.main(args).then((code) => {
    process.exitCode = code;
    keep();
  });
}

/** Below us in a checkout, beside us where npm installed us. Undefined: better-sqlite3 searches by itself. */
function nativeBinding() {
  return [path.join(root, 'node_modules'), path.join(root, '..')]
    .map((folder) => path.join(folder, 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node'))
    .find((file) => fs.existsSync(file));
}

/** The bundle as a function, from the code cache where there is a fitting one. `keep` writes a new one. */
function compile() {
  const vm = require('node:vm');
  const code = fs.readFileSync(bundle, 'latin1');
  // The build writes the hash of the content into the first line.
  const hash = /^\/\/ ([0-9a-f]{16})\n/.exec(code)?.[1];
  const file =
    hash && path.join(root, 'dist', '.cache', `cli-${hash}-${process.versions.v8}-${process.arch}.bin`);
  const cachedData = file && readIfThere(file);
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${code}\n})`, {
    filename: bundle,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData ? { cachedData } : {}),
  });
  const isFresh = cachedData !== undefined && !script.cachedDataRejected;
  // After the run: what was compiled on the way is in it too.
  return { script, keep: () => (isFresh || !file ? undefined : writeCache(file, script.createCachedData())) };
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
  const part = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    for (const old of fs.readdirSync(path.dirname(file))) {
      if (!old.startsWith(path.basename(file).slice(0, 20))) fs.rmSync(path.join(path.dirname(file), old));
    }
    fs.writeFileSync(part, data, { mode: 0o644 });
    fs.renameSync(part, file);
  } catch {
    try {
      fs.rmSync(part, { force: true });
    } catch {}
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
