// What exists from the start, before an operator configures anything.
import type { Agent, AlertRoute } from './resource.ts';

export const BUILT_IN_AGENT: Agent = {
  name: 'DevOps Monitor',
  message: 'You watch our services and help the on-call engineer during incidents.',
};

/** Where somebody reads along whatever else is configured. */
export const CRITICAL_ROOM = '#ops-critical';

/** The last route: used where no configured one matches. */
export const BUILT_IN_ROUTES: readonly AlertRoute[] = [
  {
    name: 'built-in critical',
    severities: ['critical'],
    services: [],
    labels: {},
    to: CRITICAL_ROOM,
    alsoPage: [],
    incident: true,
  },
  {
    name: 'built-in warning',
    severities: ['warning'],
    services: [],
    labels: {},
    to: '#ops-alerts',
    alsoPage: [],
    incident: false,
  },
  {
    name: 'built-in info',
    severities: ['info'],
    services: [],
    labels: {},
    to: '#ops-info',
    alsoPage: [],
    incident: false,
  },
];

export const DEFAULT_ESCALATION = 'Default';
/** How long an acknowledgement runs after the last thing its owner did. */
export const DEFAULT_ACK_MS = 60 * 60_000;
/** So long after its end a new alert of its key is the same problem, and a repeat after a close by hand no news. */
export const FLAP_MEMORY_MS = 10 * 60_000;
export const DEFAULT_RESOLVE_AFTER_MS = 5 * 60_000;
export const DEFAULT_WATCH_MS = 5 * 60_000;
/** Scale and restart are watched until healthy, at most this long. */
export const HEALTHY_WATCH_MS = 10 * 60_000;

/** The source of alerts that openclaw raises itself. No configured source may have this name. */
export const OWN_SOURCE = 'openclaw';

/** Source name of the alerts our own rules raise. */
export const RULE_SOURCE_PREFIX = 'alert-rule:';
