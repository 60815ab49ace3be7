// What a person is advised to do needs no reading: "wait ten minutes", "set an alert at 85%". Only the number a bidden action
// takes (how long, to what) is advice; what else stands in the sentence, and every name, time and quotation, stays a claim.
import type { Quantity } from './found.ts';

const BEGINS =
  /(?:^|[.!?]\s+|^(?:if|when|once|unless|should)\b[^,;:]{1,200}, |\b(?:then|and|or|please|first|to|should|could|would|might|may|can|must|you|we|let['’]s|['’]d|recommend|suggest|better) )$/i;
const LASTS =
  /\b(?:wait|give|try|retry|check|look|watch|keep|monitor|repeat|come|hold|allow|leave|let|observe|revisit|re-?check|see|pause)\b/gi;
const TAKES =
  /\b(?:set|raise|lower|increase|decrease|scale|limit|cap|use|consider|reduce|configure|alert|add|cut|double|halve|bump|put)\b/gi;
const SUGGESTED = /\b(?:suggest|recommend|propose)\b/gi;
const I = /(?:^|\b)(?:I|I would|I['’]d|we) $/i;
/** A reason is a claim again, and so is what a setting is now. */
const ENDS =
  /[;:(—–]|,(?! (?:then|and|or)\b)|\b(?:because|since|as|while|which|that is|that are|given|now|currently|is|are|was|were|has|have|had|from)\b/i;
const HOW_LONG =
  /\b(?:wait|for|in|another|within|every|after|next|least|most|about|around|or|to|of|them|it|instances?) (?:(?:the|a|next|another|about|around|at least|at most|up to|two or|three or|five or) ?){0,3}$/i;
const TO_WHAT =
  /\b(?:to|at|of|with|by|below|above|under|over|least|most|than|every|after|or|and) (?:about |around |say )?$/i;

export function isAdvised(claim: Quantity, sentence: string, begins: number): boolean {
  const at = claim.start - begins;
  const before = sentence.slice(Math.max(0, at - 240), at);
  const takes = (verbs: RegExp, how: RegExp, who = BEGINS) =>
    how.test(before) &&
    [...before.matchAll(verbs)].some(
      (match) =>
        who.test(before.slice(0, match.index)) && !ENDS.test(before.slice(match.index + match[0].length)),
    );
  if (claim.measure === 'duration' && takes(LASTS, HOW_LONG)) return true;
  if (claim.spoken === 'ratio' && /^(?:double|triple|quadruple)$/i.test(claim.text))
    return BEGINS.test(before);
  if (claim.measure !== 'money' && takes(SUGGESTED, TO_WHAT, I)) return true;
  return claim.measure !== 'money' && takes(TAKES, TO_WHAT);
}
