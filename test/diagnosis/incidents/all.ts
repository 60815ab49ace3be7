import { BLIND_AGAIN_ONE } from './blind-again-one.ts';
import { BLIND_AGAIN_THREE } from './blind-again-three.ts';
import { BLIND_AGAIN_TWO } from './blind-again-two.ts';
import { BLIND_DEPLOYS } from './blind-deploys.ts';
import { BLIND_QUIET } from './blind-quiet.ts';
import { BLIND_THIRD_ONE } from './blind-third-one.ts';
import { BLIND_THIRD_THREE } from './blind-third-three.ts';
import { BLIND_THIRD_TWO } from './blind-third-two.ts';
import { BLIND_WORLD } from './blind-world.ts';
import { DEPLOYS } from './deploys.ts';
import { FIELD_FIVE } from './field-five.ts';
import { FIELD_FOUR } from './field-four.ts';
import { FIELD_ONE } from './field-one.ts';
import { FIELD_SIX } from './field-six.ts';
import { FIELD_THREE } from './field-three.ts';
import { FIELD_TWO } from './field-two.ts';
import { HELD_OUT as HELD_OUT_EARLY } from './held-out.ts';
import { HELD_OUT_LATE } from './held-out-late.ts';
import { JUDGED_ONCE } from './judged-once.ts';
import type { IncidentFixture } from './night.ts';
import { OUTSIDE } from './outside.ts';
import { QUIET } from './quiet.ts';
import { RED_HERRINGS } from './red-herrings.ts';
import { RESOURCES } from './resources.ts';
import { WRITTEN_AFTER as WRITTEN_AFTER_EARLY } from './written-after.ts';
import { WRITTEN_AFTER_LATE } from './written-after-late.ts';

/** Those the rules were made with. */
export const SEEN: readonly IncidentFixture[] = [
  ...DEPLOYS,
  ...RED_HERRINGS,
  ...RESOURCES,
  ...OUTSIDE,
  ...QUIET,
];
export const HELD_OUT: readonly IncidentFixture[] = [...HELD_OUT_EARLY, ...HELD_OUT_LATE];
/** To mislead them. */
export const WRITTEN_AFTER: readonly IncidentFixture[] = [...WRITTEN_AFTER_EARLY, ...WRITTEN_AFTER_LATE];
/** By somebody who had not read the rules. */
export const BLIND: readonly IncidentFixture[] = [...BLIND_DEPLOYS, ...BLIND_WORLD, ...BLIND_QUIET];
/** By another one, after the rules had learnt from those. */
export const BLIND_AGAIN: readonly IncidentFixture[] = [
  ...BLIND_AGAIN_ONE,
  ...BLIND_AGAIN_TWO,
  ...BLIND_AGAIN_THREE,
];
/** As nights are, by who changed the rules next: scored once before they were changed. */
export const FIELD: readonly IncidentFixture[] = [...FIELD_ONE, ...FIELD_TWO, ...FIELD_THREE];
/** And once more, after the rules had learnt from those. */
export const FIELD_LATER: readonly IncidentFixture[] = [...FIELD_FOUR, ...FIELD_FIVE];
/** The last of them, when the rules were done. */
export const FIELD_LAST: readonly IncidentFixture[] = FIELD_SIX;
/** By a third one who had seen neither rules nor incidents; the rules have not learnt from these. */
export const BLIND_THIRD: readonly IncidentFixture[] = [
  ...BLIND_THIRD_ONE,
  ...BLIND_THIRD_TWO,
  ...BLIND_THIRD_THREE,
];
export const ALL: readonly IncidentFixture[] = [
  ...SEEN,
  ...HELD_OUT,
  ...WRITTEN_AFTER,
  ...JUDGED_ONCE,
  ...BLIND,
  ...BLIND_AGAIN,
  ...FIELD,
  ...FIELD_LATER,
  ...FIELD_LAST,
  ...BLIND_THIRD,
];
export { JUDGED_ONCE };
