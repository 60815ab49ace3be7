// The incident of the seed, as cards and summaries are given it.
import { type Incident, NO_CONTEXT } from '../../../src/domain/incident.ts';

/** An instant of that night, by its clock: `03:14`. */
export const at = (time: string) => Date.parse(`2026-11-23T${time}:00Z`);

export const incident = (given: Partial<Incident> = {}): Incident => ({
  id: 43,
  key: 'api',
  title: 'api-prod-01 error rate critical',
  severity: 'critical',
  state: 'open',
  service: 'api',
  startedAt: at('03:14'),
  openedAt: at('03:14'),
  ackedBy: null,
  ackedByName: null,
  ackedAt: null,
  resolvedAt: null,
  resolvedBy: null,
  rootCause: null,
  probableCause: null,
  context: NO_CONTEXT,
  channel: 'terminal',
  conversation: '#ops-critical',
  headerPostId: 1,
  escalation: 'Default',
  level: 1,
  openedBy: 'Grafana',
  mergedInto: null,
  ackExpiresAt: null,
  ackForMs: null,
  inhibitedBy: null,
  ...given,
});
