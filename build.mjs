// Builds dist: one CommonJS file for the command line (it starts fast from a code cache), and the daemon as
// ES modules in chunks that are loaded when a command asks for them.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { peggyForEsbuild } from './peggy-plugin.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What the command line asks of the daemon: each becomes `dist/daemon/<name>.mjs`. */
const daemonEntries = askedOfTheDaemon();

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'warning',
  logOverride: { 'empty-import-meta': 'silent' },
  define: { OPENCLAW_VERSION: JSON.stringify(version) },
  external: ['better-sqlite3', 'better-sqlite3-13', '@inquirer/prompts', 'fsevents'],
};

/** By name, so that what nobody uses of it stays out. */
const kyselyUsed = ['Kysely', 'SqliteAdapter', 'SqliteIntrospector', 'SqliteQueryCompiler', 'sql'];

const [cli, kysely, daemon] = await Promise.all([
  build({
    ...common,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir: dist,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    // Rarely needed and large: read from node_modules by the commands that do.
    external: ['@inquirer/prompts', 'better-sqlite3-13', 'yaml', 'zod', '*.node'],
    plugins: [
      daemonStaysOutside(),
      sqliteOfThisNode(),
      smallHash(),
      heavyBuiltinsLater(),
      chalkLater(),
      kyselyLater(),
      bindingByPath(),
      peggyForEsbuild,
    ],
  }),
  build({
    ...common,
    stdin: { contents: `export { ${kyselyUsed.join(', ')} } from 'kysely'`, resolveDir: root },
    outfile: join(dist, 'kysely.cjs'),
    format: 'cjs',
  }),
  build({
    ...common,
    entryPoints: Object.fromEntries(daemonEntries.map((name) => [name, `src/daemon/${name}.ts`])),
    // Large, loaded by the one adapter that needs them, and CommonJS: bundled, an `import()` of them has no names.
    external: [...common.external, '@aws-sdk/*', '@redis/client', '@resvg/*', '@slack/*', 'undici'],
    outdir: join(dist, 'daemon'),
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    // CommonJS packages inside an ES module still call `require`.
    banner: {
      js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
    },
    plugins: [peggyForEsbuild],
  }),
]);

const meta = { cli: summary(cli), daemon: summary(daemon) };
putInPlace([
  // Chunks before what imports them, the command line last: who runs openclaw meanwhile has the old or the new.
  ...daemon.outputFiles.sort((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path))),
  { path: join(dist, 'meta.json'), text: JSON.stringify(meta, null, 2) },
  ...[...kysely.outputFiles, ...cli.outputFiles].map(({ path, text }) => ({ path, text: forLauncher(text) })),
]);
writeHelp();

function askedOfTheDaemon() {
  const sources = readdirSync(join(root, 'src/cli'), { recursive: true }).filter((name) =>
    name.endsWith('.ts'),
  );
  const texts = sources.map((name) => readFileSync(join(root, 'src/cli', name), 'utf8')).join('\n');
  const asked = texts.matchAll(/\bimport\('(?:\.\.\/)+daemon\/([a-z-]+)\.ts'\)/g);
  return [...new Set([...asked].map(([, name]) => name))].sort();
}

function isEntry(path) {
  return daemonEntries.some((name) => path.endsWith(`/daemon/${name}.mjs`));
}

/**
 * The launcher names its code cache by the first line, and calls the function that follows. `import()` in code
 * that comes from a cache would warn about an experiment, so the launcher hands in its own; and the way to load
 * another file of the command line.
 */
function forLauncher(code) {
  const body = inAscii(code).replace(
    /\bimport\((?="(?:\.\/daemon\/[\w-]+\.mjs|@inquirer\/prompts|yaml|zod)"\))/g,
    'importLater(',
  );
  if (/\bimport\(/.test(body))
    throw new Error('an import() in the command line that the launcher does not know');
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return `// ${hash}\n(function (exports, require, module, importLater, loadPart) {${body}\n})`;
}

/** The launcher reads bytes as characters, which is fastest; esbuild leaves what stands in regular expressions as it is. */
function inAscii(code) {
  if (/\\[\u0080-\uffff]/.test(code)) throw new Error('a backslash before a character that is not ASCII');
  return code.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The help of the program as it prints it, for the launcher. */
function writeHelp() {
  const options = { encoding: 'utf8', env: { ...process.env, OPENCLAW_STATE_DIR: dist } };
  const text = execFileSync(process.execPath, [join(root, 'bin/openclaw.js'), 'help'], options);
  writeFileSync(join(dist, 'help.txt'), text);
  // Code caches fit one Node on one machine: none is published.
  rmSync(join(dist, '.cache'), { recursive: true, force: true });
}

/** Each file appears as a whole; what no longer belongs goes at the end. A failed build never comes here. */
function putInPlace(files) {
  const kept = new Set(files.map(({ path }) => path));
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, text);
    renameSync(`${path}.${process.pid}`, path);
  }
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    // Names that end in a number are files of another build on their way.
    if (entry.isFile() && !kept.has(path) && !path.includes('/.cache/') && !/\.\d+$/.test(path))
      rmSync(path, { force: true });
  }
}

/** `import('../daemon/run.ts')` in the command line stays an import: of the file built from it. */
function daemonStaysOutside() {
  return {
    name: 'daemon-stays-outside',
    setup({ onResolve }) {
      onResolve({ filter: /\/daemon\/[a-z-]+\.ts$/ }, ({ path, kind }) => {
        if (kind !== 'dynamic-import')
          return { errors: [{ text: `${path} may only be imported dynamically` }] };
        return { path: `./daemon/${path.split('/').at(-1).replace(/\.ts$/, '.mjs')}`, external: true };
      });
    },
  };
}

/** Builtins that take milliseconds to load are loaded by the first use of one of their functions. */
function heavyBuiltinsLater() {
  const heavy = /^(?:node:)?(?:child_process|crypto|net|os|tty|(?:fs|timers)\/promises)$/;
  return {
    name: 'heavy-builtins-later',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: heavy }, ({ path, namespace }) =>
        namespace === 'later' ? { path, external: true } : { path, namespace: 'later' },
      );
      onLoad({ filter: /.*/, namespace: 'later' }, ({ path }) => ({
        contents: `module.exports = Object.create(new Proxy({}, { get: (_, name) => require(${JSON.stringify(path)})[name] }))`,
      }));
    },
  };
}

/** chalk is made ready by its first use, and does not look at the terminal itself: `io.ts` decides about colour. */
function chalkLater() {
  return {
    name: 'chalk-later',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^chalk$/ }, ({ path, namespace, pluginData }) => {
        if (pluginData === 'the real one') return undefined;
        if (namespace !== 'chalk-later') return { path, namespace: 'chalk-later' };
        return resolve(path, { resolveDir: root, kind: 'require-call', pluginData: 'the real one' });
      });
      onLoad({ filter: /.*/, namespace: 'chalk-later' }, () => ({
        contents: "export function Chalk(options) { return new (require('chalk').Chalk)(options); }",
        resolveDir: root,
      }));
      onResolve({ filter: /^#supports-color$/ }, ({ path }) => ({ path, namespace: 'no-colour' }));
      onLoad({ filter: /.*/, namespace: 'no-colour' }, () => ({
        contents: 'export default { stdout: false, stderr: false }',
      }));
    },
  };
}

/** What `add` and `list` ask is written out; Kysely is a file of its own, loaded by the first query that it has to build. */
function kyselyLater() {
  const later = kyselyUsed.map((name) => `export const ${name} = later('${name}');`).join('\n');
  return {
    name: 'kysely-later',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^kysely$/ }, ({ path }) => ({ path, namespace: 'kysely-later' }));
      onLoad({ filter: /.*/, namespace: 'kysely-later' }, () => ({
        contents: `const later = (name) => new Proxy(function () {}, {
            construct: (_, given) => new (loadPart('kysely')[name])(...given),
            apply: (_, self, given) => loadPart('kysely')[name](...given),
            get: (_, member) => loadPart('kysely')[name][member],
          });
          ${later}`,
      }));
    },
  };
}

/** What the command line hashes is too little to load node:crypto for. */
function smallHash() {
  return {
    name: 'small-hash',
    setup({ onResolve }) {
      onResolve({ filter: /\/sha256\.ts$/ }, () => ({ path: join(root, 'src/domain/sha256-small.ts') }));
    },
  };
}

/** As `src/store/sqlite.ts` chooses; but version 12, whose own code is many small files, comes in the bundle. */
function sqliteOfThisNode() {
  return {
    name: 'sqlite-of-this-node',
    setup({ onLoad }) {
      onLoad({ filter: /\/store\/sqlite\.ts$/ }, () => ({
        contents:
          "export const Sqlite = Number.parseInt(process.versions.node, 10) >= 22 ? require('better-sqlite3-13') : require('better-sqlite3');",
        loader: 'js',
        resolveDir: root,
      }));
    },
  };
}

/** better-sqlite3 is bundled without the search for its binary, which stays where npm compiled it. */
function bindingByPath() {
  return {
    name: 'binding-by-path',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^bindings$/ }, ({ path }) => ({ path, namespace: 'binding' }));
      onLoad({ filter: /.*/, namespace: 'binding' }, () => ({
        contents: "module.exports = () => require('better-sqlite3/build/Release/better_sqlite3.node')",
      }));
    },
  };
}

/** Which source and package files each output holds, in bytes: the tests read it. */
function summary({ metafile }) {
  return Object.fromEntries(
    Object.entries(metafile.outputs).map(([name, { bytes, inputs }]) => [
      name,
      {
        bytes,
        inputs: Object.fromEntries(
          Object.entries(inputs).map(([input, { bytesInOutput }]) => [input, bytesInOutput]),
        ),
      },
    ]),
  );
}
