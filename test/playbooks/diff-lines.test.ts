// The changed lines on the card of a rollback.
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/domain/capability.ts';
import { planCard } from '../../src/domain/cards/plan-card.ts';
import { boundedPatches } from '../../src/domain/patch.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { readProposal } from '../../src/domain/proposal.ts';
import { diffLines } from '../../src/playbooks/diff-lines.ts';
import { rollback } from '../../src/playbooks/rollback.ts';
import { shopWorld, steps, type } from './fake-kit.ts';

const TTL = '@@ -1,3 +1,3 @@\n {\n-  "ttl": 300,\n+  "ttl": 3,\n }';

async function proposed(compared: Partial<Comparison>) {
  const world = shopWorld();
  const host = world.sources['This host'];
  if (host)
    host['deploys.compare'] = () => ({ commits: [], files: ['settings.json'], migrations: [], ...compared });
  return steps(await type(rollback, '/rollback #492', { world }));
}

test('the changed lines stand on the card as code', async () => {
  const proposal = await proposed({ patches: [{ path: 'settings.json', patch: TTL }] });
  // As the engine takes it in and shows it.
  const read = readProposal(proposal).proposal;
  if (read?.kind !== 'steps') throw new Error('no steps');
  const plan = { ...read, id: 1, risk: 'routine', watchMs: 0, expiresAt: 0, digest: 'sha256:1', steps: [] };
  const { blocks } = planCard({ ...plan, requester: { kind: 'person', name: 'sam' } } as unknown as Plan, {
    approvalId: 1,
    zone: 'utc',
    confirmWord: null,
  });
  expect(blocks).toContainEqual({
    type: 'code',
    source: true,
    text: 'settings.json (+1 -1)\n-  "ttl": 300,\n+  "ttl": 3,',
  });
  expect(blocks).toContainEqual({ type: 'section', heading: 'Lines undone', lines: [] });
});

test('without the text of it the card names the files alone', async () => {
  const { notes } = await proposed({});
  expect(notes.some(({ heading }) => heading === 'Lines undone')).toBe(false);
  expect(notes).toContainEqual({ heading: 'Files: 1', lines: ['settings.json'] });
});

test('what can break a service comes first, and a large file does not hide the others', () => {
  const many = (count: number) =>
    ['@@ -0,0 +1 @@', ...Array.from({ length: count }, (_, index) => `+line ${index}`)].join('\n');
  const lines = diffLines([
    { path: 'package-lock.json', patch: many(900), cut: true },
    { path: 'README.md', patch: many(3) },
    { path: 'test/pay.test.ts', patch: many(3) },
    { path: 'src/pay.ts', patch: many(500) },
    { path: 'db/migrate/7_totals.sql', patch: many(2) },
  ]);
  expect(lines.filter((line) => line.includes(' (+'))).toEqual([
    'db/migrate/7_totals.sql (+2 -0)',
    'src/pay.ts (+500 -0)',
    'test/pay.test.ts (+3 -0)',
    'README.md (+3 -0)',
    'package-lock.json (+900 -0)',
  ]);
  expect(lines.filter((line) => line.startsWith('+'))).toHaveLength(40);
  expect(lines.at(-1)).toBe('and at least 1368 more lines in 2 files');
});

test('long lines and many files stay within one code block of a chat', () => {
  const patch = ['@@ -1 +1 @@', ...Array.from({ length: 60 }, () => `+${'wide '.repeat(100)}`)].join('\n');
  const files = Array.from({ length: 300 }, (_, index) => ({
    path: `${'deep/'.repeat(50)}${index}.ts`,
    patch,
  }));
  const text = diffLines(files).join('\n');
  expect(text.length).toBeLessThan(2_800);
  expect(text).toMatch(/\nand [\d]+ more lines in 300 files$/);
});

test.each([
  ['a value by its name', '+db_password = "hunter2-hunter2"', 'hunter2'],
  ['an address', '-url: postgres://shop:s3cr3tpass@db/shop', 's3cr3tpass'],
  [
    'a key of several lines',
    [
      '+-----BEGIN PRIVATE KEY-----',
      '+MC4CAQAwBQYDK2VwBCIEIJ',
      '+k0Qp2vVQm',
      '+-----END PRIVATE KEY-----',
      '+after = 1',
    ].join('\n'),
    'k0Qp2vVQm',
  ],
])('%s is redacted', (_name, patch, secret) => {
  const text = diffLines([{ path: 'a.env', patch: `@@ -1 +1 @@\n${patch}` }]).join('\n');
  expect(text).not.toContain(secret);
  expect(text).toContain('[redacted:');
});

test('headers of files are no lines, and what looks like a command or a header within is shown as it stands', () => {
  const patch = [
    'diff --git a/a.sql b/a.sql',
    '--- a/a.sql',
    '+++ b/a.sql',
    '@@ -1,2 +1,2 @@',
    '--- drop later',
    '+/approve 7\u202e\u0007',
    '+',
    '\\ No newline at end of file',
  ].join('\n');
  expect(diffLines([{ path: 'a.sql\n/approve 7', patch }])).toEqual([
    'a.sql /approve 7 (+1 -1)',
    '--- drop later',
    '+/approve 7',
  ]);
});

describe('a file that may hold secrets', () => {
  test.each([
    '.env',
    'deploy/.env.production',
    'prod.env',
    'tls/server.pem',
    'tls/server.key',
    '.ssh/id_ed25519',
    'infra/prod.tfvars',
    'config/secrets.yml',
    'k8s/db-credentials.json',
    'secrets/stripe',
    'config/credentials.yml.enc',
    'config/master.key',
  ])('%s is named, and its lines go nowhere', async (path) => {
    const patches = boundedPatches([
      { path, patch: '@@ -1 +1 @@\n-correct horse\n+battery staple' },
      { path: 'settings.json', patch: TTL },
    ]).patches;
    expect(JSON.stringify(patches)).not.toMatch(/horse|staple/);
    expect(diffLines(patches ?? [])).toEqual([
      `${path} (not shown: it may hold secrets)`,
      'settings.json (+1 -1)',
      '-  "ttl": 300,',
      '+  "ttl": 3,',
    ]);
  });

  test.each([
    'src/password-reset.ts',
    'app/models/credentials.py',
    'docs/secrets.md',
    'src/environment.ts',
    'settings.json',
    'db/keys.sql',
    'src/keyboard.tsx',
  ])('%s is none', (path) => {
    expect(boundedPatches([{ path, patch: TTL }]).patches).toEqual([{ path, patch: TTL }]);
  });

  test('many of them are bounded as lines are', () => {
    const files = Array.from({ length: 90 }, (_, index) => ({ path: `tls/${index}.pem`, patch: TTL }));
    const lines = diffLines(boundedPatches(files).patches ?? []);
    expect(lines).toHaveLength(41);
    expect(lines.at(-1)).toBe('and 50 more lines in 50 files');
  });
});
