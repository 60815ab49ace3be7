import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { YAML_STYLE } from '../../src/cli/resource/yaml-style.ts';
import { parseCondition } from '../../src/domain/condition.ts';
import { KINDS, type Kind } from '../../src/domain/resource.ts';
import { compileAction } from '../../src/playbooks/compile-action.ts';
import { definitionOf } from '../../src/resources/all.ts';
import type { Helpers } from '../../src/resources/definition.ts';
import { isSame, readDocument, writeDocument } from '../../src/resources/document.ts';
import { finishSpec } from '../../src/resources/finish.ts';

const helpers: Helpers = {
  compile: async (action, text) => compileAction(action, parseCondition(text)),
  now: () => 0,
  resolvePath: (path) => (path.startsWith('/') ? path : `/base/${path}`),
};

// Pieces that YAML would read as something else when they stand bare.
const PIECES = [
  'yes',
  'null',
  '~',
  '012',
  '1e3',
  '0x1f',
  'a: b',
  '# c',
  '- d',
  '"',
  "'",
  '|',
  '>',
  '%',
  '@x',
  '`',
  '{id}',
  '[',
  '&a',
  '*a',
  '!!x',
  '🔴',
  'ü',
  ' ',
  '  ',
  'x',
  '---',
  '...',
  '\\',
  '$HOME',
];
const piece = fc.constantFrom(...PIECES);
const words = fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(' '));
const line = words.map((text) => `w${text}`.trim());
const prose = fc
  .array(fc.oneof(words, fc.constantFrom('', '\t', '  indented', 'trailing  ')), {
    minLength: 1,
    maxLength: 6,
  })
  .map((lines) => `x${lines.join('\n')}`);
const name = fc.constantFrom(
  'api',
  'AWS Production',
  '#ops',
  'yes please',
  "it's",
  '🔴 red',
  'x: y',
  'z - z',
  'null ish',
  '"quoted"',
);
const names = fc.uniqueArray(name, { maxLength: 4 });
const duration = fc.constantFrom('500ms', '30s', '5m', '1h30m', '2d', '1w', '90s', '120m');
const key = fc.constantFrom('region', 'team', 'null', 'y', 'a.b/c');
const labels = fc.dictionary(key, line, { maxKeys: 3 });
const secrets = fc.dictionary(key, fc.constantFrom('env:TOKEN', 'file:/run/secrets/a b'), { maxKeys: 2 });
const condition = fc.constantFrom(
  'disk_usage > 90%',
  'up = false for 1m',
  'not (a > 1 or b = "x: y")',
  'service_oom_killed = true',
);
const severity = fc.constantFrom('critical', 'warning', 'info');
const flag = fc.boolean();
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 2 });
const day = fc
  .integer({ min: 0, max: 2000 })
  .map((days) => new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10));
const instants = fc.tuple(day, fc.integer({ min: 1, max: 9 })).map(([from, days]) => ({
  from: `${from}T10:00Z`,
  until: new Date(Date.parse(from) + days * 86_400_000 + 3_600_000_0).toISOString(),
}));
const binding = fc.oneof(
  line,
  fc.record({
    dir: fc.constantFrom('./shop', '/srv/shop'),
    health: fc.constant(['./shopctl', 'health']),
    scale: fc.constant(['./shopctl', 'scale', '{count}']),
    logs: fc.constant(['logs/*.log']),
  }),
  fc.record({
    probe: fc.record(
      { url: fc.constant('http://127.0.0.1:1/x'), every: fc.constantFrom('1s', '5s') },
      { requiredKeys: ['url'] },
    ),
  }),
);

const typedSteps = fc.constantFrom(
  ['services.restart service="my api" mode=rolling'],
  ['disk.prune-docker', 'deploys.rollback service=a deploy=492'],
);
const fixInWords = {
  condition,
  action: fc.oneof(prose, fc.constantFrom('docker system prune -f', 'Rolling restart of api')),
  approval: optional(fc.constant('ask')),
  notify: optional(line),
  maxRuns: optional(fc.constantFrom('3 per day', '1/hour')),
  cooldown: optional(duration),
  twoPerson: optional(flag),
};

const documents: { readonly [K in Kind]: fc.Arbitrary<object> } = {
  source: fc.record({
    type: fc.constantFrom('prometheus', 'generic'),
    settings: optional(labels),
    secrets: optional(secrets),
    services: optional(names),
  }),
  channel: fc.oneof(
    fc.record({ type: fc.constant('terminal'), settings: optional(labels), secrets: optional(secrets) }),
    fc.record({
      type: fc.constant('slack'),
      settings: optional(fc.constant({ api: 'https://slack-gov.com/api/' })),
      secrets: optional(fc.constant({ 'bot-token': 'env:BOT', 'app-token': 'file:/run/secrets/a b' })),
    }),
    fc.record({
      type: fc.constant('webhook'),
      settings: fc.record({ url: fc.webUrl({ validSchemes: ['https'] }) }),
      secrets: fc.constant({ signing: 'env:OPENCLAW_WEBHOOK_SECRET' }),
    }),
  ),
  contact: fc.record({
    ids: fc.dictionary(key, fc.constantFrom('U1', '1000', 'a@b.c', 'null'), { minKeys: 1, maxKeys: 3 }),
    order: optional(names),
    can: optional(fc.constantFrom([], ['approve'])),
    quiet: optional(fc.constantFrom('22:00-07:00', '9:30 - 17:00')),
  }),
  rotation: fc.record({
    members: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
    period: optional(fc.constantFrom('daily', 'weekly')),
    handover: optional(fc.constantFrom('9:05', '23:59')),
    weekday: optional(fc.constantFrom('monday', 'Sunday')),
    zone: optional(fc.constantFrom('Europe/Berlin', 'America/New_York', 'UTC')),
    start: day,
    overrides: optional(
      fc.array(
        fc.tuple(name, day).map(([member, from]) => ({ member, from, until: `${from}T12:30` })),
        { maxLength: 2 },
      ),
    ),
  }),
  escalation: fc.record({
    levels: fc.array(fc.record({ target: name, timeout: duration }), { minLength: 1, maxLength: 9 }),
    message: optional(fc.constantFrom('#{id} after {timeout}\nto {next_level}', 'x')),
  }),
  service: fc.record({
    type: optional(fc.constantFrom('app', 'database', 'cache')),
    bindings: optional(
      fc.dictionary(
        name.filter((text) => !/[=,]/.test(text)),
        binding,
        { maxKeys: 3 },
      ),
    ),
    instances: optional(fc.constantFrom(['api-*'], ['a', 'b'])),
    dependsOn: optional(names.map((of) => of.filter((one) => one !== 'api'))),
    hourlyCost: optional(fc.constantFrom(0, 0.34, 12)),
  }),
  command: fc.record({
    trigger: fc.constantFrom('/rollback', '/x-1'),
    playbook: optional(fc.constantFrom('scale')),
    sources: optional(names),
    announce: optional(flag),
    channel: optional(name),
    to: line,
    watch: optional(duration),
    twoPerson: optional(flag),
    message: prose,
  }),
  agent: fc.record({ message: prose }),
  'auto-fix': fc.oneof(
    fc.record({ ...fixInWords, steps: optional(typedSteps) }),
    fc.record({ ...fixInWords, action: fc.constant(undefined), steps: typedSteps }),
  ),
  'alert-rule': fc.record({
    condition,
    severity: optional(fc.constantFrom('warning', 'INFO')),
    critical: optional(condition),
    service: optional(name),
    source: optional(name),
    message: optional(prose),
  }),
  'alert-route': fc.record({
    severities: optional(fc.uniqueArray(severity)),
    services: optional(names),
    labels: optional(labels),
    channel: optional(name),
    to: line,
    alsoPage: optional(names),
    escalation: optional(name),
    incident: optional(flag),
    resolveAfter: optional(duration),
  }),
  silence: fc
    .tuple(fc.dictionary(key, line, { minKeys: 1, maxKeys: 3 }), instants, optional(line))
    .map(([match, times, reason]) => ({ match, ...times, reason })),
};

test.each(KINDS)('%s: what is exported reads back as the same resource, through YAML text', async (kind) => {
  await fc.assert(
    fc.asyncProperty(documents[kind], flag, async (fields, enabled) => {
      const first = await read(kind, { kind, name: 'api', enabled, ...defined(fields) });
      const written = await write(kind, first);
      const second = await read(kind, parse(stringify({ written }, YAML_STYLE)).written);
      expect(isSame(first, second)).toBe(true);
      expect(await write(kind, second)).toEqual(written);
    }),
    { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 },
  );
});

async function read(kind: Kind, document: Record<string, unknown>) {
  const definition = await definitionOf(kind);
  const problems: string[] = [];
  const found = readDocument(definition, document, ({ key: at, error }) =>
    problems.push(`${at}: ${error.message}`),
  );
  expect(problems).toEqual([]);
  if (found === null) throw new Error('nothing was read');
  const { spec } = await finishSpec(
    definition,
    { name: found.name, values: found.values, before: null },
    helpers,
  );
  return { name: found.name, enabled: found.enabled, spec };
}

async function write(kind: Kind, resource: Awaited<ReturnType<typeof read>>) {
  return writeDocument(await definitionOf(kind), resource);
}

/** YAML has no undefined: a key is there or not. */
function defined(fields: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(fields)) as Record<string, unknown>;
}
