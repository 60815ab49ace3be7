// A state folder of its own, the built program on it, and somebody who may approve: what a test of the daemon starts with.

import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished } from 'vitest';
import { type Message, plainText } from '../../src/domain/message.ts';
import { temporaryStateDir } from '../cli/run-cli.ts';
import { type Daemon, openclawProgram, type Ran, startDaemon } from './openclaw.ts';
import { openTerminal } from './pseudo-terminal.ts';
import { ask, runHere } from './run-here.ts';
import { untilWithin } from './until.ts';

/** What the scripted AWS takes. */
export const AWS_ENV = { AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'secret-of-the-test' };

export interface Asked extends Ran {
  /** Of the plan that waits; empty: none does. */
  number: string;
}

export interface Ops {
  stateDir: string;
  env: Record<string, string>;
  run(...args: string[]): Promise<Ran>;
  /** Commands of the command line that must succeed. */
  set(...lines: string[][]): Promise<void>;
  chat(text: string, ...more: string[]): Promise<Asked>;
  approve(number: string): Promise<void>;
  /** As a person at a terminal, who types the name: what a critical plan needs. Gives what was written there. */
  approveTyped(number: string, name: string): Promise<string>;
  audit(): Promise<string>;
  /** Waits for it in the audit log, and gives that whole. */
  recorded(words: string | RegExp): Promise<string>;
  /** What stands in the rooms, oldest first. */
  posts(): string;
  start(): Promise<Daemon>;
}

export async function startOps(env: Record<string, string> = AWS_ENV): Promise<Ops> {
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const { stateDir } = state;
  const run = (...args: string[]) => runHere(args, { stateDir, env });
  const set = async (...lines: string[][]) => {
    for (const args of lines) {
      const { code, stdout, stderr } = await run(...args);
      expect({ args, code, said: code === 0 ? '' : stdout + stderr }).toEqual({ args, code: 0, said: '' });
    }
  };
  const audit = async () => (await ask(['audit', 'list', '--since', '1h'], { stateDir, env })).stdout;
  const rights = ['--id', `local=${userInfo().uid}`, '--can', 'approve', '--unattended'];
  await set(['contact', 'add', '--name', 'sarah', ...rights]);
  return {
    stateDir,
    env,
    run,
    set,
    audit,
    async chat(text, ...more) {
      const ran = await run('chat', text, ...more);
      return { ...ran, number: /\/approve (\d+)/.exec(ran.stdout)?.[1] ?? '' };
    },
    approve: (number) => set(['approve', number]),
    async approveTyped(number, name) {
      const bin = await openclawProgram();
      const type = async (...words: string[]) => {
        const terminal = openTerminal([process.execPath, bin, 'approve', number, ...words], {
          cwd: dirname(stateDir),
          env: { HOME: dirname(stateDir), OPENCLAW_STATE_DIR: stateDir, ...env },
        });
        await terminal.exited;
        return terminal.written();
      };
      return (await type()) + (await type(name));
    },
    recorded: (words) => {
      let seen = -1;
      return untilWithin(`the audit log says ${words}`, 40_000, async () => {
        const newest = newestRecord(stateDir);
        if (newest === seen) return null;
        seen = newest;
        const said = await audit();
        return (typeof words === 'string' ? said.includes(words) : words.test(said)) ? said : null;
      });
    },
    posts: () => postsOf(stateDir),
    start: () => startDaemon({ stateDir, env }),
  };
}

/** The audit log is asked for where there is more of it than before. */
function newestRecord(stateDir: string): number {
  const database = new Sqlite(join(stateDir, 'openclaw.db'), { readonly: true });
  try {
    return Number(database.prepare('select max(id) from timeline').pluck().get());
  } finally {
    database.close();
  }
}

function postsOf(stateDir: string): string {
  const database = new Sqlite(join(stateDir, 'openclaw.db'), { readonly: true });
  try {
    const rows = database.prepare('select message_json from post order by id').all() as {
      message_json: string;
    }[];
    return rows.map(({ message_json }) => plainText(JSON.parse(message_json) as Message)).join('\n\n');
  } finally {
    database.close();
  }
}

/** The words that add a source over a scripted AWS. */
export function awsSource(endpoint: string, ...more: string[]): string[] {
  const settings = ['--set', 'region=eu-west-1', '--set', `endpoint=${endpoint}`];
  return ['source', 'add', '--name', 'AWS Production', '--type', 'aws', ...settings, ...more];
}

/** A command that bears the name of its playbook. */
export function awsCommand(name: string): string[] {
  return [
    'command',
    'add',
    '--name',
    name,
    '--trigger',
    `/${name}`,
    '--source',
    'AWS Production',
    '--message',
    name,
  ];
}
