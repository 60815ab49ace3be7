// Who would be told: channels that speak, escalation levels and routes that reach somebody.
import { DEFAULT_ESCALATION } from '../../domain/built-in.ts';
import { hookPath } from '../../domain/channel-hook.ts';
import { type Finding, fail, ok, warn } from '../../domain/finding.ts';
import { type Directory, peopleBehind } from '../../domain/on-call.ts';
import type { Channel } from '../../domain/resource.ts';
import { parseSlackSettings } from '../../domain/slack-settings.ts';
import { isReachable } from '../../domain/ways.ts';
import { howToReach, whyNobodyOn } from '../../engine/level-people.ts';
import { addWayTo } from '../../resources/add-way.ts';
import { noTarget, targetReference } from '../../resources/references.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import { isConnected } from '../adapters.ts';
import type { Examination } from '../examine.ts';

export function examineTargets(examination: Pick<Examination, 'all' | 'clock' | 'schedules'>): Finding[] {
  const { all } = examination;
  return [
    ...all('channel').flatMap(({ name, spec }) =>
      isConnected(spec) ? examineHearing(name, spec) : [unconnected(name, spec.type)],
    ),
    ...examineEscalations(examination),
    ...all('alert-route').flatMap(({ name, spec }) =>
      spec.alsoPage.flatMap((target) =>
        reach(target, examination, {
          about: `alert-route "${name}"`,
          what: `also pages ${target}`,
          instead: 'nobody is paged',
        }),
      ),
    ),
  ];
}

function unconnected(name: string, type: string): Finding {
  const about = `channel "${name}"`;
  const edit = `openclaw channel edit ${shellQuote(name)}`;
  switch (type) {
    case 'slack':
      return warn(
        about,
        'has no tokens: its messages appear in the terminal under its name',
        `${edit} --secret bot-token=env:SLACK_BOT_TOKEN --secret app-token=env:SLACK_APP_TOKEN`,
      );
    case 'pagerduty':
      return warn(
        about,
        'has no routing key: its pages appear in the terminal under its name and wake nobody',
        `${edit} --secret routing-key=env:PAGERDUTY_ROUTING_KEY`,
      );
    default:
      return warn(
        about,
        `this version does not speak ${type}: its messages appear in the terminal under its name`,
        'openclaw chat',
      );
  }
}

/** By which way a chat's people are heard; whether they are is tried by `channel test`. */
function examineHearing(name: string, { type, settings, secrets }: Channel): Finding[] {
  if (type !== 'slack') return [];
  const { mode, url } = parseSlackSettings(settings, secrets);
  if (mode === 'socket') return [ok(`channel "${name}"`, 'set up to hear people by Socket Mode')];
  return [ok(`channel "${name}"`, `set up to hear people by HTTP at ${url ?? ''}${hookPath(name)}`)];
}

function examineEscalations(examination: Pick<Examination, 'all' | 'clock' | 'schedules'>): Finding[] {
  const { all } = examination;
  const named = new Set(all('alert-route').map(({ spec }) => spec.escalation ?? DEFAULT_ESCALATION));
  const missing = !all('escalation').some(({ name }) => name === DEFAULT_ESCALATION);
  const needsDefault = named.size === 0 || named.has(DEFAULT_ESCALATION);
  return [
    ...(missing && needsDefault
      ? [
          warn(
            'escalation',
            `there is no escalation "${DEFAULT_ESCALATION}": an incident nobody acknowledges is told to nobody else`,
            `openclaw escalation add --name ${DEFAULT_ESCALATION} --level-1 on-call --timeout 5m --level-2 team-lead --timeout 15m`,
          ),
        ]
      : []),
    ...all('escalation').flatMap(({ name, spec }) => {
      const about = `escalation "${name}"`;
      const found = spec.levels.flatMap(({ target }, index) =>
        reach(target, examination, {
          about,
          what: `level ${index + 1}, ${target}`,
          instead: 'it is skipped',
        }),
      );
      const deaf = found.filter(({ level }) => level === 'fail').length;
      return deaf === 0 ? [ok(about, 'every level reaches somebody'), ...found] : found;
    }),
  ];
}

/** Empty: somebody stands behind the target now, with a channel that is there. */
function reach(
  target: string,
  { all, clock, schedules }: Pick<Examination, 'all' | 'clock' | 'schedules'>,
  { about, what, instead }: { about: string; what: string; instead: string },
): Finding[] {
  const directory = {
    contacts: all('contact').map(({ spec }) => spec),
    rotations: all('rotation').map(({ spec }) => spec),
    channels: all('channel').map(({ spec }) => spec),
    schedules,
  };
  const people = peopleBehind(target, directory, clock.now());
  if (people.length === 0) {
    const why = whyNobody(target, directory, clock.now());
    return [fail(about, `${what}: ${why.text}, so ${instead}`, why.hint)];
  }
  return people
    .filter((person) => !isReachable(person, directory.channels))
    .map((person) =>
      fail(
        about,
        `${what}: @${person.name} is on no channel that is configured, so ${instead}`,
        addWayTo(person),
      ),
    );
}

function whyNobody(target: string, directory: Directory, at: number): { text: string; hint: string } {
  const { rotations, channels } = directory;
  const name = target.replace(/^@/, '');
  if (rotations.some((rotation) => rotation.name === name))
    return {
      text: 'nobody of that rotation can be reached now',
      hint: `openclaw rotation show ${shellQuote(name)}; openclaw contact list`,
    };
  const schedule = whyNobodyOn(target, directory, at);
  if (schedule !== null) return { text: schedule, hint: howToReach(target, directory, at) };
  const channel = channels.find((each) => each.name === name);
  const unfit = channel ? noTarget(channel) : null;
  return unfit ?? { text: 'nobody has that name', hint: targetReference(target).add };
}
