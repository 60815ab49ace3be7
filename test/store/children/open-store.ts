// Opens the store when told to, so that several do it in the same moment.
import { openStore } from '../../../src/store/store.ts';

const [file = ''] = process.argv.slice(2);
console.log('ready');
process.stdin.once('data', async () => {
  const store = await openStore({ file, clock: { now: () => 1000 } });
  const agents = await store.read.resources.list('agent');
  await store.write((tx) =>
    tx.inbox.add({ source: 's', key: `${process.pid}`, kind: 'alert', body: {}, receivedAt: 0 }),
  );
  await store.close();
  console.log(`agents ${agents.length}`);
  process.exit(0);
});
