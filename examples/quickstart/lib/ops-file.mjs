// ops.yaml for a shop that lies elsewhere and for who sits here: the example names its folders, its port and its
// person as one checkout may have them.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const example = new URL('../ops.yaml', import.meta.url);
/** Another login name stays "you": names of resources hold no comma, no backslash, no space at their ends. */
const plainName = /^[a-z_][a-z0-9_.-]{0,31}$/i;

/**
 * The text of ops.yaml with the folder of this shop and its address (http://127.0.0.1:port), to be stored anywhere.
 * person: who is on call and may approve, { name, uid } as the system knows them; default: as the example has it.
 */
export function opsFileFor({ shopDir, url, person = { name: 'you', uid: 1000 } }) {
  const program = dirname(fileURLToPath(example));
  const name = plainName.test(person.name) ? person.name : 'you';
  return readFileSync(example, 'utf8')
    .replaceAll('dir: .\n', `dir: ${JSON.stringify(program)}\n`)
    .replaceAll(/\.\.\/\.\.\/\.quickstart\/shop\/([\w*./-]+)/g, (_, path) =>
      JSON.stringify(`${shopDir}/${path}`),
    )
    .replaceAll('http://127.0.0.1:7480', url)
    .replace('name: you\n', `name: ${JSON.stringify(name)}\n`)
    .replace('members: [you]', `members: [${JSON.stringify(name)}]`)
    .replace('local: "1000"', `local: "${person.uid}"`);
}
