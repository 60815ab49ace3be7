// A diagnosis as people read it: the cause in one sentence, its evidence and what was ruled out as lines.
import { shortened } from '../../domain/excerpt.ts';
import { valueText } from '../../domain/value-text.ts';
import { scoreOf } from './candidate.ts';
import type { Diagnosis } from './diagnose.ts';
import { isEffect } from './metric-evidence.ts';
import { bare, lengthText } from './scene.ts';
import { SIGNATURES } from './signatures.ts';

const LONGEST = 500;
const MOST_CLAIMS = 2;
const MOST_EVIDENCE = 6;
const SHORTLY = 'shortly before it began';

/** `deploy #492 ("fix: cache TTL update") shortly before it began; "..." 46 times in the logs`. Null: none is named. */
export function causeText({ cause, confidence, candidates, verdict }: Diagnosis): string | null {
  if (verdict !== 'cause' || !cause) return null;
  const claims = cause.claims
    .filter(({ weight, text }) => weight > 0 && text !== SHORTLY)
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, MOST_CLAIMS)
    .map(({ text }) => text);
  const near = cause.claims.some(({ text }) => text === SHORTLY) ? ` ${SHORTLY}` : '';
  const rival = candidates[1] && scoreOf(candidates[1]) >= 2 ? candidates[1] : null;
  const doubt =
    confidence === 'likely' ? '' : rival ? `. Not certain. Next likeliest: ${rival.title}` : '. Not certain';
  const whole = [`${cause.title}${near}`, ...claims].join('; ');
  return `${shortened(whole, LONGEST - doubt.length)}${doubt}`;
}

/** What is said where no cause is: that it looks well, or that it is not known. */
export function noCauseText({ verdict, scene }: Diagnosis): string | null {
  if (verdict === 'cause') return null;
  if (verdict === 'unknown') return 'unknown';
  const shown = scene
    .metrics(scene.own)
    .filter(({ metric, usual }) => isEffect(metric) && usual !== null)
    .slice(0, 3)
    .map(
      ({ metric, current, usual, unit }) =>
        `${bare(metric)} ${valueText(current, unit)}, usually ${valueText(usual, unit)}`,
    );
  return `none found, ${scene.own} looks healthy (${shown.join('; ')})`;
}

/** Each claim with what it was read from; what speaks against it last. */
export function evidenceLines({ cause, onset }: Diagnosis): string[] {
  if (!cause) return [];
  return cause.claims
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, MOST_EVIDENCE)
    .map(({ text, from, weight }) => {
      const exact = text === SHORTLY && cause.at !== null;
      const said = exact ? `${lengthText(onset.at - Number(cause.at))} before it began` : text;
      return `${weight < 0 ? 'Against it: ' : ''}${said} (${from})`;
    });
}

/** What helps and no command of ours does; null: nothing of that sort. */
export function adviceText({ cause }: Diagnosis): string | null {
  if (!cause) return null;
  return SIGNATURES.find(({ trouble }) => trouble === cause.kind)?.advice ?? null;
}
