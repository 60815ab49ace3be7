// What every source promises, whatever it speaks to. A source is plugged in by one scenario object.
import { describe, expect, test } from 'vitest';
import {
  type Capability,
  type ChangeArgs,
  type ChangeCapability,
  type FactsOf,
  REPEAT,
  type ReadArgs,
  type ReadCapability,
} from '../../../src/domain/capability.ts';
import { ToolError } from '../../../src/domain/errors.ts';
import type { Service } from '../../../src/domain/resource.ts';
import type {
  ChangeOutcome,
  ChangeTool,
  ReadTool,
  Reconciliation,
  SourceAdapter,
} from '../../../src/domain/tool.ts';
import { failure, keepsSecrets, never, PROMPT_MS, patience, says, toolOf } from './held.ts';
import { SHAPES } from './shapes.ts';
import { keepsWhole } from './whole.ts';

/** What goes wrong on the other side, for every request from now on. */
export type Fault = 'hang' | 'html' | 'throttled' | 'refused' | 'broken' | 'cut' | 'huge';

/** A fresh other side, and a source that speaks to it. Whoever opens one ends it with the test. */
export interface Opened {
  source: SourceAdapter;
  /** Known there; its names and titles hold control characters, turned directions and `@channel`. */
  service: Service;
  /** Not known there. Default: one that is bound to nothing. Null: any may be found there. */
  stranger?: Service | null;
  /** Values that no error may hold. */
  secrets: readonly string[];
  /** Null: all is well again. */
  fault(fault: Fault | null): void;
  /** It was asked since the last `fault` or `loseAnswers`, and will not answer. */
  keepsWaiting(): boolean;
  /** How often something was changed, or was asked to be. */
  effects(): number;
  /** The next change takes effect, and nothing is heard from the other side any more. Absent: cannot happen. */
  loseAnswers?(): void;
  /** The next change takes effect, its answer breaks off, and all is well then. Absent: cannot happen. */
  breakAnswer?(): void;
  /** The next request is refused for a limit, with so many seconds to stay away. Absent: there are no limits there. */
  throttleOnce?(seconds: number): void;
  /** Milliseconds it has waited between tries so far. */
  waitedMs?(): number;
}

export interface ReadCase<C extends ReadCapability = ReadCapability> {
  capability: C;
  args: ReadArgs<C>;
  /** Those that are its own trouble. Default: all of the scenario. */
  faults?: readonly Fault[];
}

export interface ChangeCase<O extends Opened, C extends ChangeCapability = ChangeCapability> {
  capability: C;
  args: ChangeArgs<C>;
  /** Those that are its own trouble when it runs. Default: all of the scenario. */
  faults?: readonly Fault[];
  /** The same key does not do it twice. */
  tellsRepeats: boolean;
  /** Brings the other side to where `reconcile` of the execution has to say this word; `run` runs it. */
  words: Partial<Record<Reconciliation, (opened: O, run: () => Promise<ChangeOutcome>) => Promise<unknown>>>;
}

export interface Scenario<O extends Opened> {
  name: string;
  open(): Promise<O>;
  /** What can go wrong there. */
  faults: readonly Fault[];
  /** Those that are the trouble of what it does beside its tools. Default: all. */
  wholeFaults?: readonly Fault[];
  reads: readonly { [C in ReadCapability]: ReadCase<C> }[ReadCapability][];
  changes: readonly { [C in ChangeCapability]: ChangeCase<O, C> }[ChangeCapability][];
}

const KEY = '0190a5b2-7c3e-4000-8000-00000000c0de';
const STRANGER: Service = { name: 'stranger', kind: 'app', bindings: {}, instances: [], dependsOn: [] };

/** What it looked at, for `hasNoOtherTools`. */
export function conforms<O extends Opened>(scenario: Scenario<O>): Capability[] {
  describe(`${scenario.name} keeps what every source promises`, () => {
    for (const each of scenario.reads)
      describe(each.capability, () => keepsReading(scenario, each as ReadCase));
    for (const each of scenario.changes)
      describe(each.capability, () => keepsChanging(scenario, each as ChangeCase<O>));
    describe('the source itself', () => keepsWhole(scenario));
  });
  return [...scenario.reads, ...scenario.changes].map(({ capability }) => capability);
}

/** `looked`: of all scenarios of the source. What a machine has, and no service, may have tests of its own. */
export function hasNoOtherTools(
  name: string,
  open: () => Promise<Opened>,
  looked: readonly Capability[],
): void {
  test(`${name} has each tool once, and none that was not looked at`, async () => {
    const { source } = await open();
    const names = source.tools.map(({ capability }) => capability);
    expect(new Set(names).size).toBe(names.length);
    expect(source.tools.every((tool) => tool.source === source.name)).toBe(true);
    expect(names.filter((each) => !looked.includes(each) && !each.startsWith('disk.'))).toEqual([]);
  });
}

function keepsReading<O extends Opened>(
  scenario: Scenario<O>,
  { capability, args, faults = scenario.faults }: ReadCase,
): void {
  const read = (opened: O, signal: AbortSignal, service: Service = opened.service) =>
    toolOf<ReadTool>(opened, capability).read(args, service, { signal });

  test('gives what its type says, bounded and clean', async () => {
    const opened = await scenario.open();
    expect(SHAPES[capability].safeParse(await read(opened, never())).error?.issues ?? []).toEqual([]);
    expect(opened.effects()).toBe(0);
  });

  strangersAreRefused(scenario, capability, (opened, service) => read(opened, never(), service));
  limitsAreKept(scenario, faults, async (opened) => {
    expect(SHAPES[capability].safeParse(await read(opened, never())).error?.issues ?? []).toEqual([]);
  });
  abortsEnd(scenario, faults, read);
  faultsAreErrors(scenario, faults, read);
}

function keepsChanging<O extends Opened>(scenario: Scenario<O>, change: ChangeCase<O>): void {
  const { capability, args, tellsRepeats, words, faults = scenario.faults } = change;
  const tool = (opened: O) => toolOf<ChangeTool>(opened, capability);
  const inspect = (opened: O, signal: AbortSignal = never(), service: Service = opened.service) =>
    tool(opened).inspect(args, service, { signal });
  const run = (opened: O, facts: FactsOf[ChangeCapability], signal: AbortSignal = never()) =>
    tool(opened).run(args, opened.service, facts, { signal, key: KEY });
  const reconcile = async (opened: O, facts: FactsOf[ChangeCapability], signal: AbortSignal = never()) =>
    tool(opened).reconcile?.(args, opened.service, facts, { signal, key: KEY });

  test('is looked at without changing anything, twice with the same facts', async () => {
    const opened = await scenario.open();
    const first = await inspect(opened);
    expect(await inspect(opened)).toMatchObject({ target: first.target, facts: first.facts });
    expect(JSON.parse(JSON.stringify(first.facts))).toEqual(first.facts);
    expect(first.preview.length).toBeGreaterThan(0);
    expect(opened.effects()).toBe(0);
  });

  test('is done, once, and said in one line', async () => {
    const opened = await scenario.open();
    const { summary } = await run(opened, (await inspect(opened)).facts);
    expect(summary).toMatch(/^[^\p{Cc}]{3,600}$/u);
    expect(opened.effects()).toBe(1);
  });

  test.skipIf(!tellsRepeats)('is not done again for the same key', async () => {
    const opened = await scenario.open();
    const { facts } = await inspect(opened);
    await run(opened, facts);
    await run(opened, facts);
    expect(opened.effects()).toBe(1);
  });

  strangersAreRefused(scenario, capability, (opened, service) => inspect(opened, never(), service));
  abortsEnd(scenario, scenario.faults, inspect);
  faultsAreErrors(scenario, scenario.faults, inspect);

  test('is not begun after the call was ended', async () => {
    const opened = await scenario.open();
    const { facts } = await inspect(opened);
    const error = await failure(run(opened, facts, AbortSignal.abort()));
    expect(error.outcome).not.toBe('unknown');
    expect(opened.effects()).toBe(0);
  });

  test.each(faults)('with the other side %s it was surely not done, or is unknown', async (fault) => {
    const opened = await scenario.open();
    const { facts } = await inspect(opened);
    opened.fault(fault);
    const signal = fault === 'hang' ? patience(opened) : never();
    const error = await failure(run(opened, facts, signal));
    if (error.outcome !== 'unknown') expect(opened.effects()).toBe(0);
    // Refused for a limit, nothing was begun, and it may be asked again.
    if (fault === 'throttled') expect(error.outcome).toBe('retry');
    if (fault === 'refused') expect(error.outcome).toBe('failed');
    says(error);
    keepsSecrets(opened, error);
  });

  limitsAreKept(scenario, faults, async (opened) => {
    await run(opened, (await inspect(opened)).facts);
    expect(opened.effects()).toBe(1);
  });

  test('whose answer is lost is unknown, never failed', async ({ skip }) => {
    const opened = await scenario.open();
    if (opened.loseAnswers === undefined) return skip();
    const { facts } = await inspect(opened);
    opened.loseAnswers();
    const error = await failure(run(opened, facts, patience(opened)));
    expect(error.outcome).toBe('unknown');
    expect(opened.effects()).toBe(1);
    keepsSecrets(opened, error);
    // It was done, or is on its way: that it failed would be a lie, and that it was not begun would have it done twice.
    opened.fault(null);
    const word = await reconcile(opened, facts);
    const harmless = REPEAT[capability] === 'harmless' ? ['not-started'] : [];
    expect(['succeeded', 'running', 'unknown', undefined, ...harmless]).toContain(word);
    expect(opened.effects()).toBe(1);
  });

  test('whose answer breaks off is found, or unknown, and never asked for again by itself', async ({
    skip,
  }) => {
    const opened = await scenario.open();
    if (opened.breakAnswer === undefined) return skip();
    const { facts } = await inspect(opened);
    opened.breakAnswer();
    const error = await run(opened, facts).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(opened.effects()).toBe(1);
    if (error === null) return;
    if (!(error instanceof ToolError)) throw error;
    expect(error.outcome).toBe('unknown');
  });

  test.each(faults)('with the other side %s nobody claims what became of it', async (fault) => {
    const opened = await scenario.open();
    const { facts } = await inspect(opened);
    opened.fault(fault);
    const signal = fault === 'hang' ? patience(opened) : never();
    // An error of its own is as good as "unknown": the caller takes it for that.
    const word = await reconcile(opened, facts, signal).catch((error: unknown) => {
      keepsSecrets(opened, error);
      return error instanceof ToolError ? 'unknown' : error;
    });
    expect(['unknown', undefined]).toContain(word);
    expect(opened.effects()).toBe(0);
  });

  for (const [word, prepare] of Object.entries(words))
    test(`after a crash it is "${word}" where it is`, async () => {
      const opened = await scenario.open();
      const { facts } = await inspect(opened);
      await prepare(opened, () => run(opened, facts));
      const before = opened.effects();
      expect(await reconcile(opened, facts)).toBe(word);
      expect(opened.effects()).toBe(before);
    });
}

function strangersAreRefused<O extends Opened>(
  scenario: Scenario<O>,
  capability: string,
  ask: (opened: O, service: Service) => Promise<unknown>,
): void {
  test('does not serve a service it does not know', async ({ skip }) => {
    const opened = await scenario.open();
    const tool = toolOf<ReadTool>(opened, capability);
    if (tool.serves === undefined) return skip();
    expect(tool.serves(opened.service)).toBe(true);
    const { stranger = STRANGER } = opened;
    if (stranger === null) return skip();
    expect(tool.serves(stranger)).toBe(false);
    expect((await failure(ask(opened, stranger))).outcome).toBe('failed');
  });
}

function abortsEnd<O extends Opened>(
  scenario: Scenario<O>,
  faults: readonly Fault[],
  ask: (opened: O, signal: AbortSignal) => Promise<unknown>,
): void {
  test.skipIf(!faults.includes('hang'))('ends promptly when it is ended', async () => {
    const opened = await scenario.open();
    opened.fault('hang');
    const signal = patience(opened);
    let began = Number.POSITIVE_INFINITY;
    signal.addEventListener('abort', () => {
      began = performance.now();
    });
    keepsSecrets(opened, await failure(ask(opened, signal)));
    expect(signal.aborted).toBe(true);
    expect(performance.now() - began).toBeLessThan(PROMPT_MS);
  });

  test.skipIf(!faults.includes('hang'))('is not asked for after the call was ended', async () => {
    const opened = await scenario.open();
    const error = await failure(ask(opened, AbortSignal.abort()));
    expect(error.outcome).not.toBe('unknown');
  });
}

/** Of a limit that ends soon nobody hears; who asks again before it ends is shut out for longer. */
function limitsAreKept<O extends Opened>(
  scenario: Scenario<O>,
  faults: readonly Fault[],
  works: (opened: O) => Promise<void>,
): void {
  test.skipIf(!faults.includes('throttled'))(
    'waits as long as it is told to, and goes on',
    async ({ skip }) => {
      const opened = await scenario.open();
      if (opened.throttleOnce === undefined || opened.waitedMs === undefined) return skip();
      opened.throttleOnce(2);
      await works(opened);
      expect(opened.waitedMs()).toBeGreaterThanOrEqual(2_000);
    },
  );
}

function faultsAreErrors<O extends Opened>(
  scenario: Scenario<O>,
  faults: readonly Fault[],
  ask: (opened: O, signal: AbortSignal) => Promise<unknown>,
): void {
  test.each(faults)('with the other side %s says so', async (fault) => {
    const opened = await scenario.open();
    opened.fault(fault);
    const signal = fault === 'hang' ? patience(opened) : never();
    const error = await failure(ask(opened, signal));
    // Nothing was changed by looking, so it is known that nothing was.
    expect(['retry', 'failed']).toContain(error.outcome);
    if (fault === 'throttled' || fault === 'hang') expect(error.outcome).toBe('retry');
    if (fault === 'refused') expect(error.outcome).toBe('failed');
    says(error);
    keepsSecrets(opened, error);
  });
}
