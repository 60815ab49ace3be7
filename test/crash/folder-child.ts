// Makes a folder, says where, and waits for its end.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeMemoryFolder } from '../support/memory-folder.ts';

const folder = makeMemoryFolder('crash');
writeFileSync(join(folder, 'openclaw.db'), 'x');
process.stdout.write(`${folder}\n`);
process.stdin.once('data', () => process.exit(0));
