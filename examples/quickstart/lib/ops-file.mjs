// ops.yaml for a shop that lies elsewhere: the example names its folders and its port as a checkout has them.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const example = new URL('../ops.yaml', import.meta.url);

/** The text of ops.yaml with the folder of this shop and its address (http://127.0.0.1:port); to be stored anywhere. */
export function opsFileFor({ shopDir, url }) {
  const program = dirname(fileURLToPath(example));
  return readFileSync(example, 'utf8')
    .replaceAll('dir: .\n', `dir: ${JSON.stringify(program)}\n`)
    .replaceAll(/\.\.\/\.\.\/\.quickstart\/shop\/([\w*./-]+)/g, (_, path) =>
      JSON.stringify(`${shopDir}/${path}`),
    )
    .replaceAll('http://127.0.0.1:7480', url);
}
