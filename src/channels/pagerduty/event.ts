// Events of PagerDuty's Events API v2, within its limits. Pure.
// Ref: `PagerDuty/developer-docs` `docs/events-API-v2/01-Overview.md`, `02-Trigger-Events.md`: a summary of 1,024
// characters, a key of 255, 512 KB in all; a key that is open there makes no second incident.
import type { OutgoingPost } from '../../domain/channel.ts';
import { shortened } from '../../domain/excerpt.ts';
import { plainText } from '../../domain/message.ts';
import { type PagedIncident, type PagerTurn, pageKeyOf } from '../../domain/paged-incident.ts';
import { safeLine, safeText } from '../../domain/text/safe-text.ts';
import { isoTime } from '../../domain/time.ts';

export interface PagerdutyEvent {
  event_action: 'trigger' | 'acknowledge' | 'resolve';
  dedup_key: string;
  client?: 'openclaw';
  payload?: {
    summary: string;
    source: string;
    severity: 'critical' | 'error' | 'warning' | 'info';
    timestamp?: string;
    component?: string;
    class?: string;
    custom_details: Record<string, string>;
  };
  links?: { href: string; text: string }[];
}

const SUMMARY_MAX = 1024;
const TEXT_MAX = 8000;
const NAME_MAX = 200;
const LINK_MAX = 2000;
const LINKS_MAX = 10;
const STAYS = 'openclaw does not resolve this one: do it here';
const ENDS = 'openclaw resolves this one when it is over';

/** In the order to send them. A page for several incidents is one event each: PagerDuty gathers them by itself. */
export function eventsOfPage(post: OutgoingPost): PagerdutyEvent[] {
  const { incidents = [] } = post;
  if (incidents.length === 0) return [pageAlone(post)];
  return incidents.flatMap((incident) => [
    // What it holds as acknowledged wakes nobody again, whatever it is told of it.
    ...(incident.anew ? [turnEvent({ action: 'resolve', dedupKey: incident.dedupKey })] : []),
    trigger(incident, post),
  ]);
}

export function turnEvent({ action, dedupKey }: PagerTurn): PagerdutyEvent {
  return { event_action: action, dedup_key: dedupKey };
}

function trigger(incident: PagedIncident, post: OutgoingPost): PagerdutyEvent {
  const { id, title, severity, service, startedAt, dedupKey } = incident;
  const links = linksOf(incident);
  return {
    event_action: 'trigger',
    dedup_key: dedupKey,
    client: 'openclaw',
    payload: {
      summary: line(`#${id} ${title}`, SUMMARY_MAX),
      source: line(service ?? 'openclaw', NAME_MAX),
      severity,
      timestamp: isoTime(startedAt),
      ...(service === null ? {} : { component: line(service, NAME_MAX) }),
      class: 'incident',
      custom_details: { incident: `#${id}`, text: text(post) },
    },
    ...(links.length === 0 ? {} : { links }),
  };
}

/** For no incident of ours: a test, a fix that was stopped, or a channel that does not work. */
function pageAlone(post: OutgoingPost): PagerdutyEvent {
  const tones = {
    critical: 'critical',
    warning: 'warning',
    info: 'info',
    ok: 'info',
    neutral: 'info',
  } as const;
  return {
    event_action: 'trigger',
    dedup_key: pageKeyOf(post.eventId),
    client: 'openclaw',
    payload: {
      summary: line(post.message.title, SUMMARY_MAX),
      source: 'openclaw',
      severity: tones[post.message.tone],
      custom_details: { text: text(post), resolve: post.message.endsByItself ? ENDS : STAYS },
    },
  };
}

function text({ message }: OutgoingPost): string {
  return shortened(safeText(plainText(message)), TEXT_MAX);
}

function linksOf({ links }: PagedIncident): { href: string; text: string }[] {
  return links
    .filter(({ href }) => href.length <= LINK_MAX && URL.canParse(href) && /^https?:/i.test(href))
    .slice(0, LINKS_MAX)
    .map(({ href, text: words }) => ({ href, text: line(words, NAME_MAX) }));
}

function line(words: string, max: number): string {
  return shortened(safeLine(words), max) || '(no words)';
}
