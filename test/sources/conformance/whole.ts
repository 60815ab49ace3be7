// What a source does beside its tools: it is checked, measures by itself, and marks moments on its graphs.
import { inspect as shown } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ToolError } from '../../../src/domain/errors.ts';
import type { Mark } from '../../../src/domain/tool.ts';
import { failure, keepsSecrets, never, PROMPT_MS, patience, says } from './held.ts';
import { clean } from './shapes.ts';
import type { Opened, Scenario } from './suite.ts';

const CHECK = z.strictObject({
  facts: z.array(z.strictObject({ name: clean(300).min(1), value: clean(1_000) })).max(200),
  problems: z.array(z.strictObject({ text: clean(1_000).min(5), fix: clean(1_000).min(3) })).max(200),
});
const MEASURED = z
  .array(
    z.strictObject({
      metric: z.string().regex(/^[a-z][a-z0-9_.]{0,199}$/),
      unit: clean(20),
      value: z.union([z.number(), z.boolean()]),
      service: clean(200).min(1).nullable(),
      target: clean(300).min(1),
    }),
  )
  .max(5_000);
const MARK: Mark = {
  key: 'openclaw-incident-43-1',
  text: 'Incident #43 (critical): api error rate',
  tags: ['incident-43', 'service:api'],
  at: Date.parse('2026-03-07T03:14:00Z'),
  endAt: null,
};

export function keepsWhole<O extends Opened>(scenario: Scenario<O>): void {
  const { wholeFaults: faults = scenario.faults } = scenario;

  test('is checked without changing anything, in words that can be shown', async ({ skip }) => {
    const opened = await scenario.open();
    if (opened.source.check === undefined) return skip();
    const checked = await opened.source.check({ signal: never() });
    expect(CHECK.safeParse(checked).error?.issues ?? []).toEqual([]);
    expect(opened.effects()).toBe(0);
    keepsSecrets(opened, checked);
  });

  test.each(faults)('checked with the other side %s it does not call all well', async (fault) => {
    const opened = await scenario.open();
    if (opened.source.check === undefined) return;
    opened.fault(fault);
    const signal = fault === 'hang' ? patience(opened) : never();
    const checked = await opened.source.check({ signal }).catch((error: unknown) => {
      if (!(error instanceof ToolError)) throw error;
      says(error);
      keepsSecrets(opened, error);
      return null;
    });
    if (checked === null) return;
    expect(checked.problems, shown(checked)).not.toEqual([]);
    keepsSecrets(opened, checked);
  });

  test('measures numbers of what is there, and changes nothing', async ({ skip }) => {
    const opened = await scenario.open();
    if (opened.source.measure === undefined) return skip();
    const measured = await opened.source.measure({ signal: never() });
    expect(MEASURED.safeParse(measured).error?.issues ?? []).toEqual([]);
    expect(measured.length).toBeGreaterThan(0);
    expect(opened.effects()).toBe(0);
  });

  test.each(faults)('measured with the other side %s it claims nothing', async (fault) => {
    const opened = await scenario.open();
    if (opened.source.measure === undefined) return;
    opened.fault(fault);
    const signal = fault === 'hang' ? patience(opened) : never();
    const began = performance.now();
    const error = await failure(opened.source.measure({ signal }));
    expect(performance.now() - began).toBeLessThan(PROMPT_MS);
    says(error);
    keepsSecrets(opened, error);
  });

  test('marks a moment once, however often it is sent', async ({ skip }) => {
    const opened = await scenario.open();
    if (opened.source.annotate === undefined) return skip();
    await opened.source.annotate(MARK, { signal: never() });
    await opened.source.annotate(MARK, { signal: never() });
    expect(opened.effects()).toBe(1);
  });

  test('marks a moment whose answer was lost once as well', async ({ skip }) => {
    const opened = await scenario.open();
    if (opened.source.annotate === undefined || opened.loseAnswers === undefined) return skip();
    opened.loseAnswers();
    const error = await failure(opened.source.annotate(MARK, { signal: patience(opened) }));
    expect(error.outcome).toBe('unknown');
    opened.fault(null);
    await opened.source.annotate(MARK, { signal: never() });
    expect(opened.effects()).toBe(1);
  });

  test.each(faults)('with the other side %s a mark that was not made is an error', async (fault) => {
    const opened = await scenario.open();
    if (opened.source.annotate === undefined) return;
    opened.fault(fault);
    const signal = fault === 'hang' ? patience(opened) : never();
    const error = await failure(opened.source.annotate(MARK, { signal }));
    expect(opened.effects()).toBe(0);
    says(error);
    keepsSecrets(opened, error);
  });
}
