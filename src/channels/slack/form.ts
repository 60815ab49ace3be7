// A form as a modal of Slack, and one that was sent. Pure.
// https://docs.slack.dev/surfaces/modals, /reference/interaction-payloads/view-interactions-payload
import { shortened } from '../../domain/excerpt.ts';
import { fieldsOf, textOf } from '../../domain/fields.ts';
import { type Form, WRITTEN_MAX } from '../../domain/form.ts';

type Json = Record<string, unknown>;

export const FORM_LIMITS = { title: 24, submit: 24, label: 2000, placeholder: 150, text: 3000 } as const;
const FIELD = 'written';

export interface SlackSent {
  viewId: string;
  /** Which press opened it: a name and no right. */
  opener: string;
  written: string;
  team: string;
  user: string;
}

/** `opener`: the key of the press that opens it. */
export function modalOf(form: Form, opener: string): Json {
  const { title, submit, lines, label, placeholder } = wordsOf(form);
  return {
    type: 'modal',
    callback_id: `openclaw.${form.kind}`,
    private_metadata: opener,
    clear_on_close: true,
    title: plain(title, FORM_LIMITS.title),
    submit: plain(submit, FORM_LIMITS.submit),
    close: plain('Not now', FORM_LIMITS.submit),
    blocks: [
      ...lines.map((line) => ({ type: 'section', text: plain(line, FORM_LIMITS.text) })),
      {
        type: 'input',
        block_id: FIELD,
        optional: form.kind === 'close',
        label: plain(label, FORM_LIMITS.label),
        element: {
          type: 'plain_text_input',
          action_id: FIELD,
          multiline: form.kind === 'close',
          max_length: WRITTEN_MAX,
          ...(placeholder === '' ? {} : { placeholder: plain(placeholder, FORM_LIMITS.placeholder) }),
        },
      },
    ],
  };
}

function wordsOf(form: Form) {
  switch (form.kind) {
    case 'confirm':
      return {
        title: `Run plan #${form.approvalId}?`,
        submit: 'Run it',
        lines: [form.title, 'The facts were read again and still hold. It can hurt, so it asks twice.'],
        label: `Type the name of what changes: ${form.word}`,
        placeholder: form.word,
      };
    case 'close':
      return {
        title: `Close #${form.incidentId}?`,
        submit: 'Next',
        lines: [form.title],
        label: 'Root cause',
        placeholder: form.probableCause ? `Probably: ${form.probableCause}` : 'What broke, and why',
      };
    default:
      return form satisfies never;
  }
}

/** Null: it is no form of ours that was sent. */
export function sentForm(body: unknown): SlackSent | null {
  const { type, view, user, team } = fieldsOf(body);
  if (type !== 'view_submission') return null;
  const { id, callback_id: callback, private_metadata: opener, state } = fieldsOf(view);
  if (!/^openclaw\.(?:confirm|close)$/.test(textOf(callback)) || textOf(id) === '' || textOf(opener) === '')
    return null;
  const field = fieldsOf(fieldsOf(fieldsOf(fieldsOf(state).values)[FIELD])[FIELD]);
  const { id: userId, team_id: userTeam } = fieldsOf(user);
  if (textOf(userId) === '') return null;
  return {
    viewId: textOf(id),
    opener: textOf(opener),
    written: textOf(field.value),
    team: textOf(userTeam) || textOf(fieldsOf(team).id),
    user: textOf(userId),
  };
}

/** Shown beside the field; the form stays open. */
export function problemReply(problem: string): Json {
  return { response_action: 'errors', errors: { [FIELD]: problem } };
}

function plain(value: string, max: number): Json {
  return { type: 'plain_text', text: shortened(value, max), emoji: false };
}
