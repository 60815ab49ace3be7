// Text from outside is data: it may not move the cursor, change the colour, rename the window, hide or reorder.
import { BELL, ESC } from './ansi.ts';

const C1 = (code: number) => String.fromCharCode(code);
const ST = C1(0x9c);
/** Strings a terminal takes in without showing: OSC, DCS, SOS, PM, APC (ECMA-48, section 5.6). */
const STRING_SEQUENCE = new RegExp(
  `(?:${ESC}[\\]PX^_]|[${C1(0x90)}${C1(0x98)}${C1(0x9d)}-${C1(0x9f)}])[^\\p{Cc}]{0,4096}(?:${BELL}|${ESC}\\\\|${ST})`,
  'gu',
);
const CONTROL_SEQUENCE = new RegExp(`(?:${ESC}\\[|${C1(0x9b)})[0-?]{0,64}[ -/]{0,8}[@-~]`, 'gu');
const SHORT_SEQUENCE = new RegExp(`${ESC}[ -/]{0,8}[0-~]`, 'gu');
const COLOUR_SEQUENCE = new RegExp(`(${ESC}\\[[0-9;]{0,32}m)`, 'u');

/**
 * What may be shown of a text: no C0 or C1 control but the newline, no escape sequence, no bidirectional
 * override, nothing invisible. Well-formed sequences vanish (coloured logs stay readable); what is left of a
 * broken one is made visible. Also dropped: joiners, variation selectors and skin tones, because terminals
 * disagree on their width and one cell of difference breaks every table and the line being typed.
 */
export function safeText(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(STRING_SEQUENCE, '')
    .replace(CONTROL_SEQUENCE, '')
    .replace(SHORT_SEQUENCE, '')
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/gu, '\n')
    .replace(/\t/gu, '    ')
    .replace(/\p{Cc}/gu, visible)
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, '')
    .replace(/(?<=\p{Emoji_Modifier_Base})\p{Emoji_Modifier}+/gu, '')
    .replace(/\u3000/gu, '  ')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/(\p{M}{4})\p{M}+/gu, '$1');
}

/** For places of one line: a title, a name, a cell. */
export function safeLine(text: string): string {
  return safeText(text)
    .replace(/\s*\n\s*/gu, ' ')
    .trim();
}

/** For lines that were rendered here: our own colours stay, everything else is made safe once more. */
export function safeRendered(line: string): string[] {
  return line
    .split(COLOUR_SEQUENCE)
    .map((part, index) => (index % 2 === 1 ? part : safeText(part)))
    .join('')
    .split('\n');
}

function visible(control: string): string {
  if (control === '\n') return control;
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
