// Makes a TypeScript file runnable by `node`, for tests that need real processes.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { peggyForEsbuild } from '../../peggy-plugin.mjs';

const root = resolve(import.meta.dirname, '../..');
/** Inside node_modules, so that what is not bundled is found from there. */
const cache = join(root, 'node_modules/.cache/openclaw-test');
const built = new Map<string, Promise<string>>();

/** Gives the path of an `.mjs` file. `entry`: absolute, or relative to the project's root. Once per process. */
export function bundle(entry: string): Promise<string> {
  const path = resolve(root, entry);
  const known = built.get(path);
  if (known) return known;
  const made = make(path);
  built.set(path, made);
  return made;
}

async function make(path: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
    define: { OPENCLAW_VERSION: '"0.0.0-test"' },
    external: ['better-sqlite3', 'better-sqlite3-13', '@inquirer/prompts', 'fsevents'],
    // CommonJS packages inside an ES module still call `require`.
    banner: {
      js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
    },
    plugins: [peggyForEsbuild],
  });
  const code = outputFiles[0]?.contents;
  if (!code) throw new Error(`nothing was built from ${path}`);
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 16);
  const file = join(cache, `${basename(path, '.ts')}-${hash}.mjs`);
  if (existsSync(file)) return file;
  await mkdir(cache, { recursive: true });
  // Several test files build the same entry at once: none may start a half-written one.
  const part = `${file}.${process.pid}`;
  await writeFile(part, code);
  await rename(part, file);
  return file;
}
