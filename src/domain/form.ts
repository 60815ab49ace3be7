// What a person is asked to write after a press, where a chat has forms. A form is only another way to type a line:
// what is written in it becomes that line, and is judged as any other.
import { typedProse, typedWord } from './typed-word.ts';

export type Form =
  /** The second step of a critical plan. */
  | { kind: 'confirm'; approvalId: number; title: string; word: string }
  | { kind: 'close'; incidentId: number; title: string; probableCause: string | null };

/** How a chat hands in what was written. */
export interface SentForm {
  /** Its own, once per form however often it is sent. */
  key: string;
  channel: string;
  /** Key of the press that opened it. */
  opener: string;
  written: string;
  at: number;
}

/** Of what is written. A cause is a line in a summary. */
export const WRITTEN_MAX = 500;

/** What a person would have typed. */
export function lineOf(form: Form, written: string): string {
  const words = written.replace(/\s+/g, ' ').trim();
  const prose = proseIn(written);
  switch (form.kind) {
    case 'confirm':
      return ['/approve', `${form.approvalId}`, ...(words === '' ? [] : [typedWord(words)])].join(' ');
    case 'close':
      return ['/incident close', `#${form.incidentId}`, ...(prose === '' ? [] : [typedProse(prose)])].join(
        ' ',
      );
    default:
      return form satisfies never;
  }
}

/** As it was written, without what nobody writes: control characters, and spaces at the ends of lines. */
function proseIn(written: string): string {
  return written
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(/(?!\n)\p{Cc}/gu, '')
    .replaceAll(/ +\n/g, '\n')
    .trim();
}

/** What is said beside the field at once; null: the line may be typed. Everything else is judged as typed. */
export function formProblem(form: Form, written: string): string | null {
  const words = written.replace(/\s+/g, ' ').trim();
  if (words.length > WRITTEN_MAX) return `${WRITTEN_MAX} characters at most`;
  if (form.kind === 'confirm' && words !== form.word) return `It has to be exactly: ${form.word}`;
  return null;
}
