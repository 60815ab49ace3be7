// Compiles `*.peggy` grammars where they are imported, so no generated parser lies in the tree.
import { readFile } from 'node:fs/promises';
import peggy from 'peggy';

const compile = async (path) =>
  peggy.generate(await readFile(path, 'utf8'), { output: 'source', format: 'es', grammarSource: path });

export const peggyForEsbuild = {
  name: 'peggy',
  setup(build) {
    build.onLoad({ filter: /\.peggy$/ }, async ({ path }) => ({
      contents: await compile(path),
      loader: 'js',
    }));
  },
};

export const peggyForVite = {
  name: 'peggy',
  enforce: 'pre',
  async load(id) {
    const path = id.split('?')[0];
    return path.endsWith('.peggy') ? { code: await compile(path), map: null } : null;
  },
};
