// How well a set of incidents is told apart: right first, and wrong with confidence.
import { labelOf, scoreOf } from '../../../src/diagnosis/cause/candidate.ts';
import { answerOf, diagnose } from '../../../src/diagnosis/cause/diagnose.ts';
import type { IncidentFixture } from './night.ts';

export interface Score {
  incidents: number;
  /** The first candidate is a right answer, or it rightly names none. */
  right: number;
  /** A wrong cause, said without "not certain"; or "looks healthy" where it is not. */
  confidentlyWrong: number;
  /** One line an incident. */
  lines: string[];
}

export function scoreAll(incidents: readonly IncidentFixture[]): Score {
  const judged = incidents.map(({ name, answer, readings }) => {
    const found = diagnose(readings);
    const said = answerOf(found);
    const right = answer.includes(said);
    const sure = found.confidence === 'likely' || found.verdict === 'healthy';
    const others = found.candidates
      .slice(0, 3)
      .map((each) => `${labelOf(each)} ${scoreOf(each)}`)
      .join(', ');
    return {
      right,
      confidentlyWrong: !right && sure,
      line: `${right ? 'right' : sure ? 'WRONG' : 'wrong'}  ${name}: ${said}${found.confidence === null ? '' : `, ${found.confidence}`}${right ? '' : `; right is ${answer.join(' or ')}`} (${others || 'no candidates'})`,
    };
  });
  return {
    incidents: judged.length,
    right: judged.filter(({ right }) => right).length,
    confidentlyWrong: judged.filter(({ confidentlyWrong }) => confidentlyWrong).length,
    lines: judged.map(({ line }) => line),
  };
}

/** `seen: right first 30 of 33 (91%), confidently wrong 1 (3%)` */
export function scoreText(name: string, { incidents, right, confidentlyWrong }: Score): string {
  const percent = (part: number) => `${Math.round((100 * part) / Math.max(1, incidents))}%`;
  return `${name}: right first ${right} of ${incidents} (${percent(right)}), confidently wrong ${confidentlyWrong} (${percent(confidentlyWrong)})`;
}
