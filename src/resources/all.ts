// Every noun. Each is loaded when it is asked for: some bring a grammar or schemas along, and a short
// command must stay short.
import type { Kind } from '../domain/resource.ts';
import type { Definition } from './definition.ts';

/** In the order `export` writes them: what is named comes before what names it. */
export const DEFINITIONS: { readonly [K in Kind]: () => Promise<Definition<K>> } = {
  source: async () => (await import('./source.ts')).source,
  channel: async () => (await import('./channel.ts')).channel,
  contact: async () => (await import('./contact.ts')).contact,
  rotation: async () => (await import('./rotation.ts')).rotation,
  escalation: async () => (await import('./escalation.ts')).escalation,
  service: async () => (await import('./service.ts')).service,
  command: async () => (await import('./command.ts')).command,
  agent: async () => (await import('./agent.ts')).agent,
  'auto-fix': async () => (await import('./auto-fix.ts')).autoFix,
  'alert-rule': async () => (await import('./alert-rule.ts')).alertRule,
  'alert-route': async () => (await import('./alert-route.ts')).alertRoute,
  silence: async () => (await import('./silence.ts')).silence,
};

export const KINDS_IN_ORDER = Object.keys(DEFINITIONS) as Kind[];

export function definitionOf<K extends Kind>(kind: K): Promise<Definition<K>> {
  return DEFINITIONS[kind]();
}
