import { DEPLOYS } from './deploys.ts';
import { HELD_OUT } from './held-out.ts';
import { JUDGED_ONCE } from './judged-once.ts';
import type { IncidentFixture } from './night.ts';
import { OUTSIDE } from './outside.ts';
import { QUIET } from './quiet.ts';
import { RESOURCES } from './resources.ts';
import { WRITTEN_AFTER } from './written-after.ts';

/** Those the rules were made with. */
export const SEEN: readonly IncidentFixture[] = [...DEPLOYS, ...RESOURCES, ...OUTSIDE, ...QUIET];
export const ALL: readonly IncidentFixture[] = [...SEEN, ...HELD_OUT, ...WRITTEN_AFTER, ...JUDGED_ONCE];
export { HELD_OUT, JUDGED_ONCE, WRITTEN_AFTER };
