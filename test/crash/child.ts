// A life that ends at the point it is told: SIGKILL, from the inside, at exactly that place.
import { FLOWS } from './flows.ts';
import { live } from './live.ts';

/** `child.mjs <flow> <folder> <point>`: points count from 1; 0 kills nowhere. Prints the names of those it passed. */
const [name = '', folder = '', killAt = '0'] = process.argv.slice(2);
const flow = FLOWS.find((each) => each.name === name);
if (!flow) throw new Error(`no flow named ${name}`);
const passed: string[] = [];
await live({
  folder,
  flow,
  point(at) {
    passed.push(at);
    if (passed.length === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  },
});
process.stdout.write(JSON.stringify(passed));
