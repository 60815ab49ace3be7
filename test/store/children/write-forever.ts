// Says each key once its write resolved, until it is killed.
import { openStore } from '../../../src/store/store.ts';

const [file = '', prefix = ''] = process.argv.slice(2);
const store = await openStore({ file, clock: { now: () => 1000 } });
for (let n = 0; ; n++) {
  const key = `${prefix}/${n}`;
  await store.write((tx) => tx.inbox.add({ source: 's', key, kind: 'alert', body: {}, receivedAt: 0 }));
  process.stdout.write(`${key}\n`);
}
