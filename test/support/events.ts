// What people say and monitoring sends, with everything a test does not care about filled in.
import type { IncomingAlert } from '../../src/domain/alert.ts';
import type { ChatEvent } from '../../src/domain/chat.ts';

export interface Place {
  room?: string;
  incidentId?: number;
  bot?: boolean;
  unattended?: boolean;
  toUs?: true;
  /** What the person is called there. Default: as the id. */
  name?: string;
}

/** `user` is `@sarah`; her id is then `U-sarah`. */
export function chatEvent(
  said: { key: string; user: string; text: string; at: number },
  place: Place = {},
): ChatEvent {
  const { key, user, text, at } = said;
  return {
    key,
    principal: {
      platform: 'slack',
      workspace: 'T1',
      userId: user.replace('@', 'U-'),
      displayName: place.name ?? user.replace('@', ''),
    },
    channel: 'slack',
    conversation: place.room ?? '#ops-critical',
    incidentId: place.incidentId ?? null,
    text,
    at,
    bot: place.bot ?? false,
    unattended: place.unattended ?? false,
    ...(place.toUs ? { toUs: true as const } : {}),
  };
}

/** Fires, critical, without a service, unless said otherwise. */
export function incomingAlert(
  alert: Partial<IncomingAlert> & { title: string; deliveryKey: string },
  at: number,
): IncomingAlert {
  return {
    fingerprint: alert.title,
    status: 'firing',
    description: '',
    severity: 'critical',
    severityText: null,
    service: null,
    labels: {},
    links: [],
    startsAt: at,
    endsAt: null,
    value: null,
    threshold: null,
    unit: null,
    notes: [],
    ...alert,
  };
}
