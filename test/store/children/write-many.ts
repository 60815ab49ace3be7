// Writes rows named after itself, a counter shared with others, and one timer all of them set again.
import { openStore } from '../../../src/store/store.ts';

const [file = '', name = '', count = '0'] = process.argv.slice(2);
const store = await openStore({ file, clock: { now: () => 1000 } });
for (let from = 0; from < Number(count); from += 5) {
  await Promise.all(
    [0, 1, 2, 3, 4].map((n) =>
      store.write(async (tx) => {
        await tx.inbox.add({ source: name, key: `${from + n}`, kind: 'alert', body: {}, receivedAt: 0 });
        const before = await tx.settings.get('warnings');
        const counted = Number(before[0]?.since ?? 0) + 1;
        await tx.settings.set('warnings', [{ key: 'count', text: '', since: counted }]);
        await tx.jobs.set('poll', { by: name }, { key: 'poll' });
      }),
    ),
  );
}
await store.close();
console.log('done');
