import { type Finding, ok, warn } from '../../domain/finding.ts';
import { wrongWithModel } from '../../domain/model-note.ts';
import { clockTimeWithZone } from '../../domain/time.ts';
import type { Examination } from '../examine.ts';

/** As the daemon found it when it was asked last: nothing is asked here, as that would cost money. */
export async function examineModel({ store, clock, env }: Examination): Promise<Finding[]> {
  const note = await store.read.settings.get('model');
  if (note === null)
    return [
      ok('model', 'none: ANTHROPIC_API_KEY is not set where the daemon runs, and all works without it'),
    ];
  const { restsUntil, trouble } = note;
  const rests =
    restsUntil !== null && restsUntil > clock.now()
      ? clockTimeWithZone(restsUntil, env.OPENCLAW_ZONE ?? 'UTC')
      : null;
  const wrong = wrongWithModel(note, rests);
  return wrong === null
    ? [ok('model', note.model)]
    : [
        warn(
          'model',
          `${wrong}; everything works without it`,
          trouble?.hint ?? 'look at https://status.claude.com and at ANTHROPIC_BASE_URL',
        ),
      ];
}
