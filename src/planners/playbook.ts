// The planner that needs no model: a command's playbook, by its trigger or by the name the command gives.

import { quoted } from '../domain/excerpt.ts';
import { type Block, message } from '../domain/message.ts';
import type { Planner, Playbook, Proposal } from '../domain/playbook.ts';
import { playbookOf } from '../domain/playbook-of.ts';
import { nearest } from '../domain/similar.ts';

/** Errors: UserError (usage, not-found) for what was typed wrong. */
export function createPlaybookPlanner(playbooks: readonly Playbook[]): Planner {
  const byName = new Map(playbooks.map((playbook) => [playbook.name, playbook]));
  return {
    knows: (command) => byName.has(playbookOf(command)),
    onlyReads: (command) => byName.get(playbookOf(command))?.changes === false,
    async propose(request, kit) {
      const name = playbookOf(request);
      const playbook = byName.get(name);
      if (playbook) return playbook.propose(request, kit);
      return checklist(request, [...byName.keys()]);
    },
  };
}

function checklist(
  { trigger, playbook, instructions }: Parameters<Planner['propose']>[0],
  names: readonly string[],
): Proposal {
  const lines = instructions
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const blocks: Block[] = [];
  if (lines.length > 0) blocks.push({ type: 'section', heading: 'Checklist', lines });
  if (playbook !== null) {
    const near = nearest(playbook, names);
    const hint = near ? `did you mean ${near}?` : `there are ${names.join(', ')}.`;
    blocks.push({ type: 'text', text: `There is no playbook ${quoted(playbook)}: ${hint}` });
  }
  blocks.push({
    type: 'text',
    text:
      lines.length > 0
        ? 'openclaw has no playbook for this command, so without a model it is a checklist for you.'
        : 'This command has no instructions and no playbook, so there is nothing to show or do.',
  });
  return { kind: 'answer', message: message(`${trigger}: for you to do`, { tone: 'info', blocks }) };
}
