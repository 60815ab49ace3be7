// What to type after `/logs`: only what can be typed here, with real arguments.

import { typedPattern } from '../diagnosis/line-pattern.ts';
import type { CountedGroup } from '../diagnosis/log-counter.ts';
import { readLine } from '../diagnosis/log-groups.ts';
import { isTrouble } from '../diagnosis/log-ranking.ts';
import { requiredTexts } from '../diagnosis/required-texts.ts';
import type { Kit } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { typedWord } from '../domain/typed-word.ts';
import { slashed } from './arguments.ts';
import { suspectOf } from './logs-cause.ts';
import type { LogsSubject } from './logs-subject.ts';
import { clean } from './text.ts';

interface Lead {
  playbook: string;
  args: string;
  why: string;
}

/** What each kind of trouble makes one look at: the first that matches the worst lines. */
const LEADS: readonly { says: RegExp; lead: (service: Service) => Lead }[] = [
  {
    says: /no space left|disk (?:is )?full|ENOSPC/i,
    lead: () => ({ playbook: 'disk-cleanup', args: '', why: 'make room on the disk' }),
  },
  {
    says: /out of memory|\boom\b|heap/i,
    lead: ({ name, kind }) =>
      kind === 'database'
        ? { playbook: 'metrics', args: typedWord(name), why: 'see its memory' }
        : {
            playbook: 'restart',
            args: typedWord(name),
            why: 'free the memory while looking for the leak',
          },
  },
  {
    says: /pool|connection|timed? ?out|ECONNREFUSED|unavailable|deadlock/i,
    lead: ({ name, dependsOn }) =>
      dependsOn[0]
        ? { playbook: 'metrics', args: typedWord(dependsOn[0]), why: `check what ${name} depends on` }
        : { playbook: 'metrics', args: typedWord(name), why: 'check connections and latency' },
  },
];

export function nextSteps({ service, trigger, asked, ranked, deploys, kit }: LogsSubject): string[] {
  const name = typedWord(service.name);
  const logs = slashed(trigger);
  const [first] = ranked.filter(isTrouble);
  if (!first) {
    return [
      ...typed({ playbook: 'metrics', args: name, why: 'see whether it is slow or failing' }, kit),
      `${logs} ${name} --since ${asked.sinceAt === undefined ? '2h' : '24h'} — look further back`,
    ];
  }
  const deploy = suspectOf(first, deploys);
  const said = readLine(first.group.sample).message.slice(0, 2_000);
  const lead = LEADS.find(({ says }) => says.test(said))?.lead(service) ?? {
    playbook: 'metrics',
    args: name,
    why: 'see what moved with it',
  };
  return [
    ...(deploy && !deploy.rolledBack && deploy.status === 'succeeded'
      ? typed(
          {
            playbook: 'rollback',
            args: `${name} #${deploy.number}`,
            why: `undo "${clean(deploy.title, 80)}"`,
          },
          kit,
        )
      : []),
    ...typed(lead, kit),
    `${logs} ${name} --grep ${typedPattern(grepFor(first.group))} — these lines alone`,
  ];
}

/** Nothing where no command of that kind can be typed. */
function typed({ playbook, args, why }: Lead, { commands }: Pick<Kit, 'commands'>): string[] {
  const trigger =
    commands === undefined ? playbook : commands.find((each) => each.playbook === playbook)?.trigger;
  return trigger === undefined ? [] : [`${[slashed(trigger), args].filter(Boolean).join(' ')} — ${why}`];
}

/** The longest stretch of the template without a mask. */
function grepFor({ template }: CountedGroup): string {
  const parts = template.split(/<[^<>\s]{1,12}>/).map((part) => clean(part, 60).trim());
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  // As a pattern it must find something that is in the line.
  const plain = longest.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return requiredTexts(typedPattern(plain).replace(/^"|"$/g, '')) === null ? 'error' : plain;
}
