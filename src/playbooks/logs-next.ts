// What to type after `/logs`: only what can be typed here, with real arguments.

import { isPool } from '../diagnosis/cause/metric-evidence.ts';
import { canBeUndone } from '../diagnosis/deploy-correlation.ts';
import { typedPattern } from '../diagnosis/line-pattern.ts';
import type { CountedGroup } from '../diagnosis/log-counter.ts';
import { readLine } from '../diagnosis/log-groups.ts';
import { isTrouble } from '../diagnosis/log-ranking.ts';
import { requiredTexts } from '../diagnosis/required-texts.ts';
import type { Kit } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { typedProse, typedWord } from '../domain/typed-word.ts';
import { slashed } from './arguments.ts';
import { suspectOf } from './logs-cause.ts';
import type { LogsSubject } from './logs-subject.ts';
import { clean } from './text.ts';

interface Lead {
  playbook: string;
  args: string;
  why: string;
  /** Whose metrics are to be looked at: offered only where there are some. */
  metricsOf?: string;
}

/** What is measured that fits what the lines say, and is named then. */
const FITTING: readonly { says: RegExp; fits: (metric: string) => boolean; why: string }[] = [
  { says: /pool|connection/i, fits: isPool, why: 'check its connections' },
  {
    says: /out of memory|\boom\b|heap/i,
    fits: (metric) => /memory|heap/i.test(metric),
    why: 'see its memory',
  },
];

function metricsLead(service: string, why: string): Lead {
  return { playbook: 'metrics', args: typedWord(service), why, metricsOf: service };
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
        ? metricsLead(name, 'see what is measured of it')
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
        ? metricsLead(dependsOn[0], `check what ${name} depends on`)
        : metricsLead(name, 'see what is measured of it'),
  },
];

export function nextSteps(subject: LogsSubject): string[] {
  const { service, trigger, asked, ranked, deploys, kit } = subject;
  const name = typedWord(service.name);
  const logs = slashed(trigger);
  const [first] = ranked.filter(isTrouble);
  if (!first) {
    return [
      ...offered(metricsLead(service.name, 'see whether it is slow or failing'), '', subject),
      ...furtherBack(subject),
    ];
  }
  const deploy = suspectOf(first, deploys);
  const said = readLine(first.group.sample).message.slice(0, 2_000);
  const lead =
    LEADS.find(({ says }) => says.test(said))?.lead(service) ??
    metricsLead(service.name, 'see what moved with it');
  return [
    ...(deploy && canBeUndone(deploy, deploys)
      ? typed(
          {
            playbook: 'rollback',
            args: `${name} #${deploy.number}`,
            why: `undo "${clean(deploy.title, 80)}"`,
          },
          kit,
        )
      : []),
    ...offered(lead, said, subject),
    // What was typed would find the same once more.
    ...(grepFor(first.group) === asked.grep
      ? []
      : [`${logs} ${name} --grep ${typedPattern(grepFor(first.group))} — these lines alone`]),
  ];
}

const LOOKS_BACK = [
  ['2h', 2 * 3_600_000],
  ['24h', 86_400_000],
  ['7d', 7 * 86_400_000],
] as const;

/** A time longer than the one that was read, with what was asked for beside it. */
function furtherBack({ service, trigger, asked, read, kit }: LogsSubject): string[] {
  const [next] = LOOKS_BACK.find(([, ms]) => kit.now - ms < read.now.from - FURTHER_MS) ?? [];
  if (next === undefined) return [];
  const grep =
    asked.grep === undefined
      ? ''
      : ` --grep ${typedWord(asked.grep) === asked.grep ? asked.grep : typedProse(asked.grep)}`;
  const errors = asked.errors ? ' --errors' : '';
  return [
    `${slashed(trigger)} ${typedWord(service.name)} --since ${next}${grep}${errors} — look further back`,
  ];
}

/** Less is not worth a second look. */
const FURTHER_MS = 30 * 60_000;

/** Nothing where there would be nothing to see. */
function offered(lead: Lead, said: string, subject: LogsSubject): string[] {
  const { service, metricsOf, kit } = subject;
  const { metricsOf: whose, args, why } = lead;
  const names = whose === undefined ? null : metricsOf(whose);
  if (names === null) return typed(lead, kit);
  if (names.length === 0)
    return whose === service.name
      ? []
      : offered(metricsLead(service.name, 'see what is measured of it'), said, subject);
  const fitting = FITTING.find(({ says }) => says.test(said));
  const metric = fitting && names.find((each) => fitting.fits(each));
  const named = metric === undefined ? lead : { ...lead, args: `${args} ${typedWord(metric)}` };
  return typed({ ...named, why: metric === undefined ? why : (fitting?.why ?? why) }, kit);
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
