// What every source promises, whatever it speaks to. A source is plugged in by one scenario object.
import { inspect as shown } from 'node:util';
import { describe, expect, test } from 'vitest';
import type {
  ChangeArgs,
  ChangeCapability,
  FactsOf,
  ReadArgs,
  ReadCapability,
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
import { SHAPES } from './shapes.ts';

/** What goes wrong on the other side, for every request from now on. */
export type Fault = 'hang' | 'html' | 'throttled' | 'broken' | 'cut' | 'huge';

/** A fresh other side, and a source that speaks to it. Whoever opens one ends it with the test. */
export interface Opened {
  source: SourceAdapter;
  /** Known there; its names and titles hold control characters, turned directions and `@channel`. */
  service: Service;
  /** Values that no error may hold. */
  secrets: readonly string[];
  fault(fault: Fault): void;
  /** How often something was changed, or was asked to be. */
  effects(): number;
  /** The next change takes effect, and nothing is heard from the other side any more. Absent: cannot happen. */
  loseAnswers?(): void;
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
  reads: readonly { [C in ReadCapability]: ReadCase<C> }[ReadCapability][];
  changes: readonly { [C in ChangeCapability]: ChangeCase<O, C> }[ChangeCapability][];
}

const KEY = '0190a5b2-7c3e-4000-8000-00000000c0de';
const STRANGER: Service = { name: 'stranger', kind: 'app', bindings: {}, instances: [], dependsOn: [] };
/** For a source that hangs: the caller's patience. */
const PATIENCE_MS = 300;
/** An ended call comes back within this; programs that were started have two seconds to end. */
const PROMPT_MS = 5_000;

export function conforms<O extends Opened>(scenario: Scenario<O>): void {
  describe(`${scenario.name} keeps what every source promises`, () => {
    for (const each of scenario.reads)
      describe(each.capability, () => keepsReading(scenario, each as ReadCase));
    for (const each of scenario.changes)
      describe(each.capability, () => keepsChanging(scenario, each as ChangeCase<O>));

    test('its tools are of it, each once', async () => {
      const { source } = await scenario.open();
      const names = source.tools.map(({ capability }) => capability);
      expect(new Set(names).size).toBe(names.length);
      expect(source.tools.every((tool) => tool.source === source.name)).toBe(true);
      const cased = [...scenario.reads, ...scenario.changes].map(({ capability }) => capability);
      expect(names.filter((each) => !cased.includes(each as never) && !scenarioLess(each))).toEqual([]);
    });
  });
}

/** Tools of a machine, not of a service: their own tests look after them. */
function scenarioLess(capability: string): boolean {
  return capability.startsWith('disk.');
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
    const signal = fault === 'hang' ? AbortSignal.timeout(PATIENCE_MS) : never();
    const error = await failure(run(opened, facts, signal));
    if (error.outcome !== 'unknown') expect(opened.effects()).toBe(0);
    keepsSecrets(opened, error);
  });

  test('whose answer is lost is unknown, never failed', async ({ skip }) => {
    const opened = await scenario.open();
    if (opened.loseAnswers === undefined) return skip();
    const { facts } = await inspect(opened);
    opened.loseAnswers();
    const error = await failure(run(opened, facts, AbortSignal.timeout(PATIENCE_MS)));
    expect(error.outcome).toBe('unknown');
    expect(opened.effects()).toBe(1);
  });

  for (const [word, prepare] of Object.entries(words))
    test(`after a crash it is "${word}" where it is`, async () => {
      const opened = await scenario.open();
      const { facts } = await inspect(opened);
      await prepare(opened, () => run(opened, facts));
      const before = opened.effects();
      const asked = tool(opened).reconcile?.(args, opened.service, facts, { signal: never(), key: KEY });
      expect(await asked).toBe(word);
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
    expect(tool.serves(STRANGER)).toBe(false);
    expect((await failure(ask(opened, STRANGER))).outcome).toBe('failed');
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
    const end = new AbortController();
    const asked = failure(ask(opened, end.signal));
    setTimeout(() => end.abort(), PATIENCE_MS / 3);
    const began = performance.now();
    keepsSecrets(opened, await asked);
    expect(performance.now() - began).toBeLessThan(PROMPT_MS);
  });
}

function faultsAreErrors<O extends Opened>(
  scenario: Scenario<O>,
  faults: readonly Fault[],
  ask: (opened: O, signal: AbortSignal) => Promise<unknown>,
): void {
  test.each(faults)('with the other side %s says so', async (fault) => {
    const opened = await scenario.open();
    opened.fault(fault);
    const signal = fault === 'hang' ? AbortSignal.timeout(PATIENCE_MS) : never();
    const error = await failure(ask(opened, signal));
    // Nothing was changed by looking, so it is known that nothing was.
    expect(['retry', 'failed']).toContain(error.outcome);
    expect(error.message).toMatch(/^[^\p{Cc}]{10,1000}$/u);
    keepsSecrets(opened, error);
  });
}

function keepsSecrets({ secrets }: Opened, error: ToolError): void {
  const all = `${shown(error, { depth: 12 })} ${error.stack}`;
  for (const secret of secrets) expect(all).not.toContain(secret);
}

async function failure(work: Promise<unknown>): Promise<ToolError> {
  const error = await work.then(
    (value) => new Error(`no error, but ${shown(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ToolError)) throw error;
  return error;
}

function toolOf<T>({ source }: Opened, capability: string): T {
  const tool = source.tools.find((each) => each.capability === capability);
  if (tool === undefined) throw new Error(`${source.name} has no ${capability}`);
  return tool as unknown as T;
}

function never(): AbortSignal {
  return new AbortController().signal;
}
