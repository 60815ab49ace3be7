// Builds dist: one CommonJS file for the command line (it starts fast from a code cache), and the daemon as
// ES modules in chunks that are loaded when a command asks for them.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { peggyForEsbuild } from './peggy-plugin.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What the command line asks of the daemon: each becomes `dist/daemon/<name>.mjs`. */
const daemonEntries = ['run', 'attach', 'check'].filter((name) =>
  existsSync(join(root, `src/daemon/${name}.ts`)),
);

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  logOverride: { 'empty-import-meta': 'silent' },
  define: { OPENCLAW_VERSION: JSON.stringify(version) },
  external: ['better-sqlite3', '@inquirer/prompts', 'fsevents'],
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const [cli, daemon] = await Promise.all([
  build({
    ...common,
    entryPoints: { cli: 'src/cli/main.ts' },
    outfile: undefined,
    outdir: dist,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    // Rarely needed and large: read from node_modules by the commands that do.
    external: ['@inquirer/prompts', 'yaml', 'zod', '*.node'],
    plugins: [daemonStaysOutside(), heavyBuiltinsLater(), coloursAreOurs(), bindingByPath(), peggyForEsbuild],
    write: false,
  }),
  build({
    ...common,
    entryPoints: Object.fromEntries(daemonEntries.map((name) => [name, `src/daemon/${name}.ts`])),
    outdir: join(dist, 'daemon'),
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    // CommonJS packages inside an ES module still call `require`.
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    plugins: [peggyForEsbuild],
  }),
]);

for (const file of cli.outputFiles) {
  // The launcher names its code cache by the first line, and calls the function.
  const hash = createHash('sha256').update(file.contents).digest('hex').slice(0, 16);
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${file.text}\n})`;
  writeFileSync(file.path, `// ${hash}\n${wrapped}`);
}
writeFileSync(
  join(dist, 'meta.json'),
  JSON.stringify({ cli: summary(cli), daemon: summary(daemon) }, null, 2),
);

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

/** `io.ts` decides about colour; chalk need not look for itself. */
function coloursAreOurs() {
  return {
    name: 'colours-are-ours',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^#supports-color$/ }, ({ path }) => ({ path, namespace: 'colours' }));
      onLoad({ filter: /.*/, namespace: 'colours' }, () => ({
        contents: 'export default { stdout: false, stderr: false }',
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

/** Which source and package files each output holds: the tests read it. */
function summary({ metafile }) {
  return Object.fromEntries(
    Object.entries(metafile.outputs).map(([name, { bytes, inputs }]) => [
      name,
      { bytes, inputs: Object.fromEntries(Object.entries(inputs).map(([k, v]) => [k, v.bytesInOutput])) },
    ]),
  );
}
