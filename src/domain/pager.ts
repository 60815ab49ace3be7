// A channel that only pages, named in place of a person: whom it reaches by itself. Pure.
import type { Channel } from './resource.ts';

/** They reach a person and hold no room or thread. */
const PAGERS: ReadonlySet<string> = new Set(['pagerduty', 'email', 'webhook']);

/** Whether it pages and nothing else. */
export function isPager(type: string): boolean {
  return PAGERS.has(type);
}

/** Whether it keeps an incident of its own for each of ours, which has to follow ours. */
export function keepsIncidents(type: string): boolean {
  return type === 'pagerduty';
}

export type OwnDestination =
  | { kind: 'reaches'; to: string }
  /** E-mail has no address of its own: the setting `to` says one. */
  | { kind: 'no address' }
  /** What stands in a room wakes nobody. */
  | { kind: 'chat' };

/** Where a page goes that is for the channel itself. Those that know their receivers are given its own name. */
export function ownDestination({ name, type, settings }: Channel): OwnDestination {
  if (!isPager(type)) return { kind: 'chat' };
  if (type !== 'email') return { kind: 'reaches', to: name };
  const { to } = settings;
  return to === undefined ? { kind: 'no address' } : { kind: 'reaches', to };
}

/** Whether whatever it is given rings: a mail is read when it is read. */
export function rings(type: string): boolean {
  return isPager(type) && type !== 'email';
}

/** How whoever a page is for is called: `@sarah`; a pager by its own name, which is its channel's. */
export function calledName(name: string, channel: string | undefined): string {
  return name === channel ? name : `@${name}`;
}

/** `@sarah via slack`; of a pager its name alone. */
export function calledVia(name: string, channel: string): string {
  return name === channel ? name : `@${name} via ${channel}`;
}
