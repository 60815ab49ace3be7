// Text from outside is data: it may not move the cursor, change the colour, rename the window, hide or reorder.
import { isPlain } from './display-width.ts';

export const ESC = String.fromCharCode(27);
export const BELL = String.fromCharCode(7);

/**
 * What may be shown of a text in a layout: no C0 or C1 control but the newline, no escape sequence, no bidirectional
 * override, nothing invisible. Well-formed sequences vanish (coloured logs stay readable); what is left of a
 * broken one is made visible. Also dropped: joiners, variation selectors and skin tones, because terminals
 * disagree on their width and one cell of difference breaks every table and the line being typed.
 */
export function safeText(text: string): string {
  if (isPlain(text)) return text;
  return withoutSequences(text)
    .replace(/\t/gu, '    ')
    .replace(/\p{Cc}/gu, visible)
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, '')
    .replace(/(?<=\p{Emoji_Modifier_Base})\p{Emoji_Modifier}+/gu, '')
    .replace(/\u3000/gu, '  ')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/(\p{M}{4})\p{M}+/gu, '$1');
}

/**
 * What may be shown of a text where something else than a terminal lays it out, such as a chat app: as `safeText`, but
 * emoji stay whole, and tabs.
 */
export function safeInChat(text: string): string {
  if (isPlain(text)) return text;
  return withoutSequences(text)
    .replace(/[^\P{Cc}\t]/gu, visible)
    .replace(/[\p{Bidi_Control}\u200b\u2060\ufeff]/gu, '');
}

function withoutSequences(text: string): string {
  sequences ??= sequencePatterns();
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(sequences.string, '')
    .replace(sequences.control, '')
    .replace(sequences.short, '')
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/gu, '\n');
}

/** For places of one line: a title, a name, a cell. */
export function safeLine(text: string): string {
  return safeText(text)
    .replace(/\s*\n\s*/g, ' ')
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

/**
 * For text that is printed as it is stored, emoji and tabs and all. Only what controls the terminal or turns the
 * direction becomes `�`; the few colours we use ourselves stay.
 */
export function printable(text: string): string {
  if (isPlain(text)) return text;
  return text
    .replace(/\r\n/g, '\n')
    .replace(UNSAFE, (code) => (HARMLESS_COLOUR.test(code) ? code : '\ufffd'));
}

const COLOUR_SEQUENCE = new RegExp(`(${ESC}\\[[0-9;]{0,32}m)`, 'u');
// Bold, dim and the foreground colours we use ourselves: with them nothing can be concealed.
const HARMLESS_COLOUR = new RegExp(`^${ESC}\\[(?:0|1|2|4|22|24|3[1-79]|9[0-6])m$`);
// A colour code as a whole, else any C0 but tab and newline, DEL, C1, and the bidirectional overrides.
const UNSAFE = new RegExp(
  `${ESC}\\[[0-9;]*m|[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]`,
  'g',
);

// Made when the first such text comes: a short command has no time for them.
let sequences: ReturnType<typeof sequencePatterns> | undefined;

function sequencePatterns() {
  const [dcs, sos, st, csi, osc, apc] = [0x90, 0x98, 0x9c, 0x9b, 0x9d, 0x9f].map((code) =>
    String.fromCharCode(code),
  );
  return {
    /** Strings a terminal takes in without showing: OSC, DCS, SOS, PM, APC (ECMA-48, section 5.6). */
    string: new RegExp(
      `(?:${ESC}[\\]PX^_]|[${dcs}${sos}${osc}-${apc}])[^\\p{Cc}]{0,4096}(?:${BELL}|${ESC}\\\\|${st})`,
      'gu',
    ),
    control: new RegExp(`(?:${ESC}\\[|${csi})[0-?]{0,64}[ -/]{0,8}[@-~]`, 'gu'),
    short: new RegExp(`${ESC}[ -/]{0,8}[0-~]`, 'gu'),
  };
}

function visible(control: string): string {
  if (control === '\n') return control;
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
