// ops.yaml: what it declares is accepted, and what it names is what the shop has.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { closeAll, newShop } from './shopctl.ts';

const example = fileURLToPath(new URL('../../examples/quickstart/ops.yaml', import.meta.url));
const program = new URL('../../examples/quickstart/lib/ops-file.mjs', import.meta.url);
const { opsFileFor } = (await import(program.href)) as {
  opsFileFor: (shop: { shopDir: string; url: string; person?: { name: string; uid: number } }) => string;
};

let stateDir = '';
const stateDirs: string[] = [];

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'ops test '));
  stateDirs.push(stateDir);
});
afterAll(async () => {
  for (const dir of stateDirs) rmSync(dir, { recursive: true, force: true });
  await closeAll();
});

test('it is applied as it stands, and once more changes nothing', async () => {
  const first = await runCli(['apply', '-f', example, '--json'], { stateDir });
  expect(first.stderr).toBe('');
  expect(first.json()).toMatchObject({ ok: true, changed: [], unchanged: 0, warnings: [] });
  const second = await runCli(['apply', '-f', example, '--json'], { stateDir });
  expect(second.json()).toMatchObject({ ok: true, added: [], changed: [], warnings: [] });
});

test('for a shop elsewhere it names that folder and address, and nothing else changes', async () => {
  const shopDir = '/srv/a shop';
  const file = join(stateDir, 'ops.yaml');
  writeFileSync(file, opsFileFor({ shopDir, url: 'http://127.0.0.1:4711' }));
  const { code } = await runCli(['apply', '-f', file], { stateDir });
  expect(code).toBe(0);
  const shown = JSON.stringify((await runCli(['service', 'show', 'shop', '--json'], { stateDir })).json());
  expect(shown).toContain('"url":"http://127.0.0.1:4711/products/any"');
  expect(shown).toContain('"/srv/a shop/logs/shop-*.log"');
  expect(shown).toContain(`"dir":${JSON.stringify(dirname(example))}`);
  expect(shown).not.toContain('.quickstart');
});

test.each([
  ['sam', 'sam'],
  ['Sam.O-1', 'Sam.O-1'],
  ['DOMAIN\\sam, "x"', 'you'],
  ['', 'you'],
])('the person with the login name %s is on call as %s, and may approve', async (login, name) => {
  const file = join(stateDir, 'ops.yaml');
  const shop = { shopDir: '/srv/shop', url: 'http://127.0.0.1:4711' };
  writeFileSync(file, opsFileFor({ ...shop, person: { name: login, uid: 4242 } }));
  expect((await runCli(['apply', '-f', file], { stateDir })).code).toBe(0);
  const contact = await runCli(['contact', 'show', name, '--json'], { stateDir });
  expect(contact.json()).toMatchObject({ spec: { ids: { local: '4242' }, can: ['approve'] } });
  const rotation = await runCli(['rotation', 'show', 'on-call', '--json'], { stateDir });
  expect(rotation.json()).toMatchObject({ spec: { members: [name] } });
});

test('every list it binds is one that shopctl understands', async () => {
  const lists = [...readFileSync(example, 'utf8').matchAll(/\[\.\/shopctl, ([^\]]+)\]/g)].map((match) =>
    (match[1] ?? '').split(', ').map((word) => word.replaceAll('"', '')),
  );
  const values: Record<string, string> = {
    count: '3',
    mode: 'full',
    from: '491',
    to: '492',
    deploy: '492',
    pattern: 'a*',
    key: 'k-1',
  };
  const parser = new URL('../../examples/quickstart/lib/arguments.mjs', import.meta.url);
  const { parseArguments } = (await import(parser.href)) as {
    parseArguments: (words: string[], context: { env: object; cwd: string }) => { command: string };
  };
  expect(lists.length).toBeGreaterThan(10);
  for (const list of lists) {
    const words = list.map((word) => word.replace(/^\{(\w+)\}$/, (_, name: string) => values[name] ?? '?'));
    expect(parseArguments(words, { env: {}, cwd: newShop().dir }).command).toBe(list[0]);
  }
});
