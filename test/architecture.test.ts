import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

interface Rule {
  /** Folders of src a module here may import. */
  may: readonly string[];
  /** Folders of which only types may be imported. */
  types?: readonly string[];
  /** Folders it may load by `await import()`. */
  later?: readonly string[];
  /** Packages it may import. */
  packages?: readonly string[];
}

const SLACK = ['@slack/web-api', '@slack/socket-mode'];
const AWS_CLIENTS = [
  'client-auto-scaling',
  'client-cloudwatch',
  'client-cloudwatch-logs',
  'client-ec2',
  'client-ecs',
  'client-elastic-load-balancing-v2',
  'client-elasticache',
  'client-iam',
  'client-rds',
  'client-ssm',
  'client-sts',
  'credential-providers',
].map((name) => `@aws-sdk/${name}`);

const TABLE: Readonly<Record<string, Rule>> = {
  domain: { may: ['domain'], packages: ['zod', 'luxon', 'node:crypto', '@noble/hashes'] },
  resources: { may: ['domain', 'resources'], packages: ['zod', 'luxon'] },
  diagnosis: { may: ['domain', 'diagnosis'], packages: ['re2js'] },
  store: { may: ['domain', 'store'], types: ['resources'], packages: ['kysely', 'better-sqlite3', 'node:*'] },
  playbooks: { may: ['domain', 'diagnosis', 'playbooks'], packages: ['luxon'] },
  sources: {
    may: ['domain', 'diagnosis', 'sources'],
    packages: ['node:*', 'zod', '@redis/client', '@octokit/rest', ...AWS_CLIENTS],
  },
  channels: {
    may: ['domain', 'diagnosis', 'channels'],
    packages: ['node:*', 'zod', 'chalk', 'nodemailer', 'undici', '@resvg/resvg-js', ...SLACK],
  },
  planners: {
    may: ['domain', 'diagnosis', 'playbooks', 'planners'],
    packages: ['node:*', 'zod', '@anthropic-ai/sdk'],
  },
  engine: {
    may: ['domain', 'diagnosis', 'resources', 'store', 'engine'],
    packages: ['node:*', 'luxon', 'zod'],
  },
  http: { may: ['domain', 'store', 'http'], packages: ['node:*', 'zod'] },
  daemon: {
    may: [
      'domain',
      'diagnosis',
      'resources',
      'store',
      'playbooks',
      'sources',
      'channels',
      'planners',
      'engine',
      'http',
      'daemon',
    ],
    packages: ['node:*', 'yaml'],
  },
  cli: {
    may: ['domain', 'resources', 'store', 'playbooks', 'cli'],
    later: ['daemon'],
    packages: ['commander', '@inquirer/prompts', 'chalk', 'yaml', 'node:*'],
  },
};
/** One folder each: an adapter knows no other. */
const APART = ['sources', 'channels'];
/** Loaded when they are needed, so that a short command stays short. */
const ONLY_LATER = [
  '@inquirer/prompts',
  'yaml',
  '@redis/client',
  '@octokit/rest',
  'undici',
  '@resvg/resvg-js',
  're2js',
  '@anthropic-ai/sdk',
  ...SLACK,
  ...AWS_CLIENTS,
];
/** What speaks to one outside lives in one folder. */
const HOMES: readonly [packages: string, folder: string][] = [
  ['@aws-sdk/', 'sources/aws/'],
  ['@octokit/rest', 'sources/github/'],
  ['@slack/', 'channels/slack/'],
  ['@resvg/', 'channels/slack/'],
  ['@anthropic-ai/', 'planners/claude/'],
];
const LONGEST = 400;

interface Import {
  from: string;
  kind: 'static' | 'type' | 'dynamic';
}

/** What is wrong with one module: `file` is relative to src. */
function breaches(file: string, text: string): string[] {
  const [folder = ''] = file.split('/');
  const rule = TABLE[folder];
  if (!rule) return [`${file}: src/${folder} is not in the table`];
  const code = withoutComments(text);
  const found = importsOf(code).flatMap((one) => importBreach(file, folder, rule, one) ?? []);
  const lines = text.split('\n').length - 1;
  if (lines > LONGEST) found.push(`has ${lines} lines, ${LONGEST} at most`);
  if (/^\s*export\s+default\b/m.test(code)) found.push('has a default export');
  if (folder === 'domain') {
    const impure =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bprocess\.|\bperformance\.|\bMath\.random\b|\bfetch\(/.exec(code);
    if (impure) found.push(`uses ${impure[0]}, and domain is pure`);
  }
  return found.map((what) => `${file}: ${what}`);
}

function importBreach(file: string, folder: string, rule: Rule, { from, kind }: Import): string | null {
  if (!from.startsWith('.')) {
    const home = HOMES.find(([packages]) => from.startsWith(packages))?.[1];
    if (home !== undefined && !file.startsWith(home))
      return `imports the package ${from}, which lives in ${home}`;
    return packageBreach(rule, from, kind);
  }
  const target = relative(src, resolve(src, dirname(file), from));
  const [to = ''] = target.split('/');
  if (!/\.(ts|peggy)$/.test(target)) return `imports ${from} without its extension`;
  if (APART.includes(folder) && to === folder && target.split('/')[1] !== file.split('/')[1]) {
    return target.split('/').length === 2 ? null : `imports ${target}, another adapter`;
  }
  if (rule.may.includes(to)) return null;
  if (kind === 'type' && rule.types?.includes(to)) return null;
  if (kind === 'dynamic' && rule.later?.includes(to)) return null;
  return `imports ${target} (${kind})`;
}

function packageBreach(rule: Rule, from: string, kind: Import['kind']): string | null {
  const name = from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : (from.split('/')[0] ?? from);
  if (builtinModules.includes(name)) return `imports ${from} without node:`;
  const allowed = rule.packages?.some(
    (one) => one === name || (one === 'node:*' && name.startsWith('node:')),
  );
  if (!allowed) return `imports the package ${from}`;
  return ONLY_LATER.includes(name) && kind === 'static' ? `imports ${from} before it is needed` : null;
}

function importsOf(code: string): Import[] {
  const found: Import[] = [];
  for (const [, type, names, from = ''] of code.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:([\w*{][^'"();=]*?)\s+from\s+)?['"]([^'"]+)['"]/gm,
  )) {
    const onlyTypes = type !== undefined || /^\{(\s*type\s+[^,}]+,?)+\s*\}$/.test(names?.trim() ?? '');
    found.push({ from, kind: onlyTypes ? 'type' : 'static' });
  }
  for (const [, of, from = ''] of code.matchAll(/(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    found.push({ from, kind: of ? 'type' : 'dynamic' });
  }
  return found;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function modules(): { file: string; text: string }[] {
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: relative(src, path), text: readFileSync(path, 'utf8') }));
}

describe('the house', () => {
  const all = modules();

  test('has modules, and the check sees their imports', () => {
    expect(all.length).toBeGreaterThan(20);
    expect(all.flatMap(({ text }) => importsOf(text)).length).toBeGreaterThan(all.length);
  });

  test('keeps to its table of folders', () => {
    expect(all.flatMap(({ file, text }) => breaches(file, text))).toEqual([]);
  });

  const planted: [string, string, string][] = [
    ['domain/x.ts', "import { openStore } from '../store/store.ts';", 'imports store/store.ts (static)'],
    ['domain/x.ts', "import { readFileSync } from 'node:fs';", 'imports the package node:fs'],
    ['domain/x.ts', 'export const now = () => Date.now();', 'uses Date.now, and domain is pure'],
    [
      'engine/x.ts',
      "import {\n  a,\n  b,\n} from '../playbooks/scale.ts';",
      'imports playbooks/scale.ts (static)',
    ],
    ['engine/x.ts', "export { a } from '../cli/main.ts';", 'imports cli/main.ts (static)'],
    ['cli/run.ts', "import { runDaemon } from '../daemon/run.ts';", 'imports daemon/run.ts (static)'],
    [
      'cli/run.ts',
      "const { worker } = await import('../engine/worker.ts');",
      'imports engine/worker.ts (dynamic)',
    ],
    ['cli/run.ts', "import { parse } from 'yaml';", 'imports yaml before it is needed'],
    [
      'store/x.ts',
      "import { flags } from '../resources/command.ts';",
      'imports resources/command.ts (static)',
    ],
    [
      'sources/host/x.ts',
      "import { get } from '../aws/client.ts';",
      'imports sources/aws/client.ts, another adapter',
    ],
    [
      'sources/host/x.ts',
      "import type { ECS } from '@aws-sdk/client-ecs';",
      'imports the package @aws-sdk/client-ecs, which lives in sources/aws/',
    ],
    [
      'sources/aws/x.ts',
      "import { ECS } from '@aws-sdk/client-ecs';",
      'imports @aws-sdk/client-ecs before it is needed',
    ],
    [
      'sources/host/x.ts',
      "const { Octokit } = await import('@octokit/rest');",
      'imports the package @octokit/rest, which lives in sources/github/',
    ],
    [
      'sources/github/x.ts',
      "import { Octokit } from '@octokit/rest';",
      'imports @octokit/rest before it is needed',
    ],
    ['http/x.ts', "import fs from 'fs';", 'imports fs without node:'],
    ['http/x.ts', 'export default 1;', 'has a default export'],
    ['http/x.ts', '\n'.repeat(LONGEST + 1), 'has 401 lines, 400 at most'],
    ['stuff/x.ts', '', 'src/stuff is not in the table'],
  ];
  test.each(planted)('finds a breach planted in %s: %s', (file, text, what) => {
    expect(breaches(file, text)).toEqual([`${file}: ${what}`]);
  });

  const fine: [string, string][] = [
    ['store/x.ts', "import type { Flags } from '../resources/command.ts';"],
    ['cli/run.ts', "const { runDaemon } = await import('../daemon/run.ts');"],
    [
      'cli/x.ts',
      "// import { a } from '../engine/worker.ts'\nimport { type A, type B } from '../domain/a.ts';",
    ],
    ['sources/host/x.ts', "import { b } from '../deadline.ts';"],
  ];
  test.each(fine)('finds nothing in %s: %s', (file, text) => {
    expect(breaches(file, text)).toEqual([]);
  });
});

test('a test that puts a module of its own in place of another shares no process with others', () => {
  const tests = resolve(import.meta.dirname);
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  );
  const replaces = new RegExp(['\\bvi', 'mock\\('].join('\\.(?:do)?'), 'i');
  const shared = files.filter(
    (file) => !file.endsWith('.isolated.test.ts') && replaces.test(readFileSync(join(tests, file), 'utf8')),
  );
  expect(files.length).toBeGreaterThan(200);
  expect(shared).toEqual([]);
});
