// Writes a log of so many megabytes, asks `/logs` about it in a process of its own, and says what that took.
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Message, plainText } from '../../src/domain/message.ts';
import type { Service } from '../../src/domain/resource.ts';
import { createKit } from '../../src/engine/toolbox.ts';
import { logs } from '../../src/playbooks/logs.ts';
import { createHostSource } from '../../src/sources/host/host.ts';

const [, , folder = '', megabytes = '1', ...words] = process.argv;

/** Ends at 03:20; one line in ten thousand names the cause, in the last minutes alone. */
const END = Date.parse('2026-03-07T03:20:00Z');
const LINE_MS = 1;

function write(path: string, bytes: number): number {
  const file = openSync(path, 'w');
  const count = Math.ceil(bytes / 100);
  let text = '';
  for (let line = 0; line < count; line += 1) {
    const at = END - (count - line) * LINE_MS;
    text += `${new Date(at).toISOString()} ${saidBy(line, at)}\n`;
    if (text.length > 1_000_000) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
  return count;
}

function saidBy(line: number, at: number): string {
  const pad = 'abcdefghijklmnopqrstuvwxyz'.slice(0, 20);
  if (line % 10_000 === 17 && at > END - 5 * 60_000)
    return `ERROR connection pool exhausted after ${line % 900}ms for user u${line % 1_000} ${pad}`;
  if (line % 100 === 9) return `WARN slow query took ${line % 5_000}ms on shard ${line % 16} ${pad}`;
  return `INFO [r-${(line * 7_919) % 1_000_000}] GET /products/${line % 9_000} 200 ${line % 300}ms ${pad}`;
}

const count = write(join(folder, 'shop.log'), Number(megabytes) * 1_000_000);
const shop: Service = {
  name: 'shop',
  kind: 'app',
  bindings: { host: { dir: folder, logs: ['*.log'] } },
  instances: [],
  dependsOn: [],
};
const source = createHostSource({
  name: 'host',
  settings: {},
  services: () => [shop],
  history: { read: async () => [] },
  clock: { now: () => END },
});
const said: string[] = [];
const kit = createKit({
  now: END,
  zone: 'UTC',
  sources: [source],
  names: ['host'],
  services: [shop],
  signal: new AbortController().signal,
  overview: () => Promise.reject(new Error('not asked for')),
  progress: (text) => said.push(text),
});
const before = process.memoryUsage().rss;
let peak = before;
const look = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 5);
const startedAt = performance.now();
const proposal = await logs.propose({ trigger: '/logs', words, incident: null }, kit);
clearInterval(look);
const answer: Message | null = proposal.kind === 'answer' ? proposal.message : null;
const attachment = answer?.attachments?.[0];
console.log(
  JSON.stringify({
    count,
    text: answer === null ? JSON.stringify(proposal) : plainText(answer),
    attached: attachment?.type === 'text' ? attachment.title : null,
    progress: [said.length, said[0], said.at(-1)],
    grownBy: peak - before,
    seconds: (performance.now() - startedAt) / 1_000,
  }),
);
await source.close();
