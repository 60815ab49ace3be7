// The words of chat that are ours before anything is configured.

/** An operator's command may not take one of these: an approval must always be an approval. */
export const VERB_TRIGGERS = [
  '/ack',
  '/approve',
  '/confirm',
  '/deny',
  '/done',
  '/escalate',
  '/freeze',
  '/help',
  '/incident',
  '/retry',
  '/thaw',
] as const;
export type VerbTrigger = (typeof VERB_TRIGGERS)[number];

/** Answered by its playbook from the start; a command of that name takes its place. */
export const STATUS_TRIGGER = '/status';
export const BUILT_IN_TRIGGERS: readonly string[] = [...VERB_TRIGGERS, STATUS_TRIGGER];

/** What follows `/incident`. */
export const INCIDENT_VERBS = ['close', 'followup', 'merge', 'note', 'open', 'severity', 'show'] as const;
export type IncidentVerb = (typeof INCIDENT_VERBS)[number];
