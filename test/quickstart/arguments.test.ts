// shopctl takes exactly what its table says.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { closeAll, newShop } from './shopctl.ts';

afterAll(closeAll);

type Parse = (words: string[], context: { env: Record<string, string>; cwd: string }) => unknown;
const program = new URL('../../examples/quickstart/lib/arguments.mjs', import.meta.url);
const { parseArguments } = (await import(program.href)) as { parseArguments: Parse };

const refused: [string, string[]][] = [
  ['no command', []],
  ['no command "explode"', ['explode']],
  ['no command "constructor"', ['constructor']],
  ['scale needs <count>', ['scale']],
  ['count must be a whole number from 0 to 12, not "13"', ['scale', '13']],
  ['count must be a whole number from 0 to 12, not "-1"', ['scale', '-1']],
  ['count must be a whole number from 0 to 12, not "2.5"', ['scale', '2.5']],
  ['count must be a whole number from 0 to 12, not "1e1"', ['scale', '1e1']],
  ['count must be a whole number from 0 to 12, not "٤"', ['scale', '٤']],
  ['count must be a whole number from 0 to 12, not ""', ['scale', '']],
  ['scale does not take "5"', ['scale', '4', '5']],
  ['the release must be a whole number', ['rollback', '#492']],
  ['the release must be a whole number', ['deploy', '../492']],
  ['the release must be a whole number', ['deploy', '492; rm -rf /']],
  ['rollback has no option --force', ['rollback', '492', '--force']],
  ['--key needs a value', ['rollback', '492', '--key']],
  ['--key must be', ['rollback', '492', '--key', 'a b']],
  ['--key must be', ['rollback', '492', '--key', 'k'.repeat(129)]],
  ['--key is given twice', ['rollback', '492', '--key', 'a', '--key', 'b']],
  ['--full takes no value', ['restart', '--full=yes']],
  ['restart does not take "shop"', ['restart', 'shop']],
  ['--mode must be rolling or full', ['restart', '--mode', 'hard']],
  ['--full and --mode rolling exclude each other', ['restart', '--full', '--mode', 'rolling']],
  ['the service must be shop or shop-db or shop-cache', ['health', 'api']],
  ['--to must be a whole number', ['rollback', '492', '--to', 'latest']],
  ['the pattern must be', ['flush-cache', 'product:1; x']],
  ['the pattern must be', ['flush-cache', `${'*a'.repeat(51)}`]],
  ['compare needs <to>', ['compare', '491']],
  ['operation needs <key>', ['operation']],
  ['--instances must be', ['start', '--instances', '99']],
  ['--dir needs the path of a folder', ['start', '--dir', ' ']],
];

test.each(refused)('%s: %j', (message, words) => {
  let caught: unknown;
  try {
    parseArguments(words, { env: {}, cwd: '/' });
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({ name: 'ShopError', type: 'usage' });
  expect((caught as Error).message).toContain(message);
});

test('a refused command line exits 2 with one JSON document, the reason on stderr, and nothing made', async () => {
  const shop = newShop();
  const answer = await shop.program('scale', '13');
  expect(answer.code).toBe(2);
  expect(answer.stderr).toContain('count must be a whole number from 0 to 12, not "13"');
  expect(answer.json).toMatchObject({ ok: false, error: { type: 'usage' } });
  expect(readdirSync(shop.dir)).toEqual([]);
});

test('the shop is looked for here and above, unless a folder is named', () => {
  const above = newShop().dir;
  const shop = join(above, '.quickstart', 'shop');
  const below = join(above, 'a', 'b');
  for (const folder of [shop, below]) mkdirSync(folder, { recursive: true });
  const dirOf = (words: string[], env = {}) =>
    (parseArguments(words, { env, cwd: below }) as { dir: string }).dir;
  expect(dirOf(['status'])).toBe(join(below, '.quickstart', 'shop'));
  writeFileSync(join(shop, 'history.jsonl'), '');
  expect(dirOf(['status'])).toBe(shop);
  expect(dirOf(['status'], { SHOP_DIR: '/elsewhere' })).toBe('/elsewhere');
  expect(dirOf(['status', '--dir', '../c'], { SHOP_DIR: '/elsewhere' })).toBe(join(above, 'a', 'c'));
});

test('an unusable port is refused before anything starts', async () => {
  const shop = newShop({ SHOP_PORT: '80' });
  const answer = await shop.ctl('start');
  expect([answer.code, answer.json]).toMatchObject([2, { ok: false, error: { type: 'usage' } }]);
  expect(readdirSync(shop.dir)).toEqual([]);
});
