// Makes garbage, and says how large the room for new objects became. `small`: after it was told to stay so.
import { getHeapSpaceStatistics } from 'node:v8';
import { keepYoungHeapSmall } from '../../src/daemon/young-heap.ts';

if (process.argv[2] === 'small') keepYoungHeapSmall();
let kept: object[] = [];
for (let made = 0; made < 1_500_000; made += 1) {
  kept.push({ made });
  if (kept.length > 20_000) kept = [];
}
const room = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
console.log(String(room?.space_size));
