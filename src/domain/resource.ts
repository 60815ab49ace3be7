// What an operator configures: one interface a noun. `resources/` holds flags, validation and display.
import type { HostBinding } from './host-binding.ts';
import type { Severity } from './severity.ts';

export const KINDS = [
  'command',
  'agent',
  'auto-fix',
  'escalation',
  'source',
  'channel',
  'service',
  'alert-rule',
  'alert-route',
  'contact',
  'rotation',
  'silence',
] as const;
export type Kind = (typeof KINDS)[number];

/** `env:NAME` or `file:/path`. The value itself is never stored. */
export type SecretReference = string;

export interface Command {
  name: string;
  /** With its slash: `/rollback`. */
  trigger: string;
  /** The playbook's name where the trigger is not one. */
  playbook?: string | undefined;
  /** Names of sources in the order they are asked. */
  sources: string[];
  message: string;
  announce: boolean;
  channel?: string | undefined;
  to?: string | undefined;
  watchMs?: number | undefined;
  twoPerson: boolean;
}

export interface Agent {
  name: string;
  /** Its instructions. */
  message: string;
  /** Of the incidents it looks after; not given: of any. */
  severities?: Severity[] | undefined;
  services?: string[] | undefined;
  /** As the API names it; not given: the daemon's. */
  model?: string | undefined;
  /** What it may cost, by `command`, `incident` and `day`: `$5`, `800000 tokens`, or both. */
  budget?: Record<string, string> | undefined;
  /** Whether changed lines of code may go to the model, and into exports; not given: no. */
  sourceText?: boolean | undefined;
}

/** One line of a fix's prose as the steps it stands for. */
export interface CompiledStep {
  capability: string;
  args: Record<string, unknown>;
  /** The words it was compiled from. */
  from: string;
}

export interface AutoFix {
  name: string;
  condition: string;
  /** In words. Not given: the steps were typed, and say it all. */
  action?: string | undefined;
  approval: 'auto' | 'ask';
  notify?: string | undefined;
  /** `3 per day` */
  maxRuns?: string | undefined;
  cooldownMs?: number | undefined;
  /** Where its days and weeks begin; default UTC. */
  zone?: string | undefined;
  /** The last day it runs, or asks: `2027-01-31`. */
  expires?: string | undefined;
  twoPerson: boolean;
  /** Empty: the prose could not be compiled, and it stays a checklist. */
  steps: CompiledStep[];
  /** Names the steps that were shown and agreed to. */
  stepsDigest: string;
}

export interface Escalation {
  name: string;
  levels: { target: string; timeoutMs: number }[];
  message?: string | undefined;
}

export interface Source {
  name: string;
  type: string;
  settings: Record<string, string>;
  secrets: Record<string, SecretReference>;
  /** Services its alerts may name. Empty: all. */
  services: string[];
  /** Silent for longer, and an incident opens. */
  expectEveryMs?: number | undefined;
}

export interface Channel {
  name: string;
  type: string;
  settings: Record<string, string>;
  secrets: Record<string, SecretReference>;
}

export type ServiceKind = 'app' | 'database' | 'cache' | 'queue';

export interface Service {
  name: string;
  kind: ServiceKind;
  /** Source name to where that source knows it: `asg:api-prod`, or a host's argument lists. */
  bindings: Record<string, string | HostBinding>;
  /** Exact names or `prefix-*`. */
  instances: string[];
  dependsOn: string[];
  hourlyCost?: number | undefined;
}

export interface AlertRule {
  name: string;
  condition: string;
  severity: Severity;
  /** Raises the same alert to critical. */
  critical?: string | undefined;
  service?: string | undefined;
  source?: string | undefined;
  message?: string | undefined;
}

export interface AlertRoute {
  name: string;
  /** Empty: any. */
  severities: Severity[];
  services: string[];
  labels: Record<string, string>;
  channel?: string | undefined;
  to: string;
  alsoPage: string[];
  /** Name of the escalation; undefined: "Default" for critical. */
  escalation?: string | undefined;
  /** Undefined: critical only. */
  incident?: boolean | undefined;
  /** Each incident gets a conversation of its own beside its thread. */
  incidentChannel?: boolean | undefined;
  resolveAfterMs?: number | undefined;
}

export interface Contact {
  name: string;
  /** By which they are found in Slack; `ids.slack` is set once they confirm there that it is theirs. */
  slackEmail?: string | undefined;
  /** Platform to id: `slack` U024BE7LH, `local` 1000 or host:1000, `terminal` ... */
  ids: Record<string, string>;
  /** Channels in the order to try. */
  order: string[];
  can: 'approve'[];
  unattended: boolean;
  /** `22:00-07:00` in `zone` (default UTC): not woken then, except by what is critical. */
  quiet?: string | undefined;
  zone?: string | undefined;
}

export interface Rotation {
  name: string;
  members: string[];
  period: 'daily' | 'weekly';
  /** Wall-clock `HH:MM` in `zone`. */
  handover: string;
  /** For weekly: 1 Monday to 7 Sunday. */
  weekday: number;
  zone: string;
  /** `YYYY-MM-DD` of the first member's first shift. */
  start: string;
  overrides: { member: string; from: string; until: string }[];
}

export interface Silence {
  name: string;
  /** `service=api`, `severity=warning`, any label; `api-*` is a beginning. All must hold. */
  match: Record<string, string>;
  from?: string | undefined;
  /** Only one that comes again may have no end. */
  until?: string | undefined;
  /** A maintenance window, each day or each week, by the wall clock of `zone`: `02:00`, `sun 02:00`. */
  daily?: string | undefined;
  weekly?: string | undefined;
  /** How long such a window lasts. */
  forMs?: number | undefined;
  /** Default: UTC. */
  zone?: string | undefined;
  reason?: string | undefined;
}

export interface SpecOf {
  command: Command;
  agent: Agent;
  'auto-fix': AutoFix;
  escalation: Escalation;
  source: Source;
  channel: Channel;
  service: Service;
  'alert-rule': AlertRule;
  'alert-route': AlertRoute;
  contact: Contact;
  rotation: Rotation;
  silence: Silence;
}

export interface Resource<K extends Kind = Kind> {
  id: number;
  kind: K;
  name: string;
  enabled: boolean;
  spec: SpecOf[K];
  /** Grows by one with each edit. */
  revision: number;
  createdAt: number;
  updatedAt: number;
}
