// A life that ends at the point it is told: SIGKILL, from the inside, at exactly that place.
import { flowNamed } from './flows.ts';
import { live } from './live.ts';

/** `child.mjs <flow> <folder> <point>`: points count from 1; 0 kills nowhere. Prints the names of those it passed. */
const [name = '', folder = '', killAt = '0'] = process.argv.slice(2);
const passed: string[] = [];
await live({
  folder,
  flow: flowNamed(name),
  point(at) {
    passed.push(at);
    if (passed.length === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  },
});
process.stdout.write(JSON.stringify(passed));
