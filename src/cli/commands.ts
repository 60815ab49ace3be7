// Every command by name. What it needs is loaded when it is asked for, so a short command stays short.
import type { Command } from 'commander';
import type { Kind } from '../domain/resource.ts';
import type { Context } from './context.ts';

export const GROUPS = ['Incidents', 'Run', 'Configure', 'Nouns'] as const;

/**
 * Adds flags, verbs and actions to the command it is given. `asked`: the words behind the command, where only
 * what they ask for has to be there; null where all of it has, as for completion.
 */
export type Define = (command: Command, context: Context, asked: readonly string[] | null) => void;

export interface CommandEntry {
  name: string;
  group: (typeof GROUPS)[number];
  summary: string;
  load(): Promise<Define>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'incident',
    group: 'Incidents',
    summary: 'list, show, acknowledge and close incidents',
    load: async () => (await import('./incident.ts')).defineIncident,
  },
  {
    name: 'approve',
    group: 'Incidents',
    summary: 'say yes to a plan that waits: openclaw approve 7',
    load: async () => (await import('./decide.ts')).defineApprove,
  },
  {
    name: 'deny',
    group: 'Incidents',
    summary: 'say no to a plan that waits',
    load: async () => (await import('./decide.ts')).defineDeny,
  },
  {
    name: 'chat',
    group: 'Incidents',
    summary: 'one message to the daemon and its reply; without a message, the terminal chat',
    load: async () => (await import('./chat.ts')).defineChat,
  },
  {
    name: 'status',
    group: 'Incidents',
    summary: 'open incidents, waiting plans, freeze and daemon at a glance',
    load: async () => (await import('./status.ts')).defineStatus,
  },
  {
    name: 'why',
    group: 'Incidents',
    summary: 'what caused or suppressed a page: why incident 7, why page 31, why alert "..."',
    load: async () => (await import('./why.ts')).defineWhy,
  },
  {
    name: 'freeze',
    group: 'Incidents',
    summary: 'stop every change now: nothing new starts until thaw',
    load: async () => (await import('./freeze.ts')).defineFreeze,
  },
  {
    name: 'thaw',
    group: 'Incidents',
    summary: 'allow changes again',
    load: async () => (await import('./freeze.ts')).defineThaw,
  },
  {
    name: 'audit',
    group: 'Incidents',
    summary: 'who did what when: incidents, decisions, changes of the configuration',
    load: async () => (await import('./audit.ts')).defineAudit,
  },
  {
    name: 'run',
    group: 'Run',
    summary: 'start the daemon, with chat in this terminal',
    load: async () => (await import('./run.ts')).defineRun,
  },
  {
    name: 'doctor',
    group: 'Run',
    summary: 'check this installation and its configuration',
    load: async () => (await import('./doctor.ts')).defineDoctor,
  },
  {
    name: 'backup',
    group: 'Run',
    summary: 'a copy of the whole state in one file, safe while the daemon runs',
    load: async () => (await import('./backup.ts')).defineBackup,
  },
  {
    name: 'restore',
    group: 'Run',
    summary: 'put a backup in place; the daemon has to be stopped',
    load: async () => (await import('./backup.ts')).defineRestore,
  },
  {
    name: 'replay',
    group: 'Run',
    summary: 'run an exported incident again, byte for byte, and show what differs',
    load: async () => (await import('./replay.ts')).defineReplay,
  },
  {
    name: 'apply',
    group: 'Configure',
    summary: 'make the configuration what a YAML file says',
    load: async () => (await import('./resource/apply.ts')).defineApply,
  },
  {
    name: 'export',
    group: 'Configure',
    summary: 'print the configuration as YAML that apply reads back',
    load: async () => (await import('./resource/export.ts')).defineExport,
  },
  {
    name: 'completion',
    group: 'Configure',
    summary: 'print tab completion for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).defineCompletion,
  },
  noun('command', 'chat commands such as /rollback'),
  noun('agent', 'instructions for whoever handles incidents'),
  noun('auto-fix', 'known problems with a fix agreed in advance'),
  noun('escalation', 'who is told next when nobody answers'),
  noun('source', 'systems that are read and changed'),
  noun('channel', 'chats and pagers'),
  noun('service', 'what runs, and where each source knows it'),
  noun('alert-rule', 'alerts of our own over measured values'),
  noun('alert-route', 'which alert goes to which room and wakes whom'),
  noun('contact', 'people, their ids, and who may approve'),
  noun('rotation', 'who is on call when'),
  noun('silence', 'alerts that stay quiet for a while'),
];

function noun(kind: Kind, summary: string): CommandEntry {
  return {
    name: kind,
    group: 'Nouns',
    summary,
    load: async () => (await import('./resource/noun.ts')).loadNoun(kind),
  };
}
