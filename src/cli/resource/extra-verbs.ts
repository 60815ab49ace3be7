// Verbs that one noun has beside the seven of every noun: a line each, and its file is loaded with that noun alone.
import type { Command } from 'commander';
import type { Kind } from '../../domain/resource.ts';
import type { Context } from '../context.ts';

/** Gives the verb its arguments, flags and action; what the action needs is loaded when it runs. */
export type DefineExtraVerb = (verb: Command, context: Context) => void;

const EXTRA: { readonly [K in Kind]?: Readonly<Record<string, () => Promise<DefineExtraVerb>>> } = {
  'auto-fix': {
    runs: async () => (await import('../auto-fix-runs.ts')).defineRuns,
    test: async () => (await import('../auto-fix-test.ts')).defineTest,
  },
  channel: {
    manifest: async () => (await import('../channel-manifest.ts')).defineManifest,
    test: async () => (await import('../channel-test.ts')).defineChannelTest,
  },
  contact: {
    test: async () => (await import('../on-call-verbs.ts')).defineContactTest,
  },
  escalation: {
    simulate: async () => (await import('../on-call-verbs.ts')).defineSimulate,
  },
  rotation: {
    show: async () => (await import('../on-call-verbs.ts')).defineRotationShow,
  },
  source: {
    'dead-letters': async () => (await import('../dead-letters.ts')).defineDeadLetters,
    policy: async () => (await import('../source-policy.ts')).defineSourcePolicy,
    test: async () => (await import('../source-test.ts')).defineSourceTest,
  },
};

export async function loadExtraVerbs(kind: Kind): Promise<ReadonlyMap<string, DefineExtraVerb>> {
  const loaded = Object.entries(EXTRA[kind] ?? {}).map(async ([word, load]) => [word, await load()] as const);
  return new Map(await Promise.all(loaded));
}
