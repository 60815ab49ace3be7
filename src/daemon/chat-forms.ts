// Which form a press opens, and what becomes of one that was sent. The press that opened it is read from our own inbox:
// what a chat hands back with a form only says which one it was.
import type { ChatEvent, Forms, Spoken } from '../domain/chat.ts';
import { type Form, formProblem, lineOf } from '../domain/form.ts';
import { principalKey } from '../domain/principal.ts';
import { whyNotApprove } from '../engine/chat/decide.ts';
import { receiveChat, turnAway } from '../store/receive.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

const APPROVE = /^\/approve (\d{1,9})$/;
const CLOSE = /^\/incident close #?(\d{1,9})$/;
const UNKNOWN_FORM = 'This form is not known here any more: open it again where you found it.';

export function chatForms(store: Store): Forms {
  return {
    async formFor(press) {
      const { text, pressed } = press;
      const form = pressed ? await formOf(text, pressed.digest, store.read) : null;
      return form?.kind === 'confirm' && !(await mayConfirm(press, form.approvalId, store.read))
        ? null
        : form;
    },
    async formSent({ key, channel, opener, written, at }, by) {
      const entry = await store.read.inbox.find(`chat:${channel}`, opener);
      const press = entry?.kind === 'chat' ? (entry.body as ChatEvent) : null;
      if (!press?.pressed?.form || principalKey(press.principal) !== principalKey(by)) return UNKNOWN_FORM;
      const { form: _, ...pressed } = press.pressed;
      const form = await formOf(press.text, pressed.digest, store.read);
      const problem = form && formProblem(form, written);
      if (problem) return problem;
      // Decided meanwhile: the line says so to them, by the road of all lines.
      const text = form ? lineOf(form, written) : press.text;
      await store.write((tx) => receiveChat(tx, { ...press, key, principal: by, text, at, pressed }));
      return null;
    },
    async turnAway(spoken, why) {
      await store.write((tx) => turnAway(tx, spoken, why));
    },
  };
}

async function mayConfirm(press: Spoken, approvalId: number, read: Tables): Promise<boolean> {
  const approval = await read.approvals.find(approvalId);
  const plan = approval && (await read.plans.find(approval.planId));
  if (!approval || !plan) return false;
  const contacts = (await read.resources.list('contact'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  const conversation = await read.posts.conversationOf(press.channel, press.conversation);
  return (
    (await whyNotApprove({ event: { ...press, conversation }, contacts }, approval, plan, read)) === null
  );
}

async function formOf(text: string, digest: string | undefined, read: Tables): Promise<Form | null> {
  const approvalId = Number(APPROVE.exec(text)?.[1] ?? 0);
  if (approvalId > 0) {
    const approval = await read.approvals.find(approvalId);
    const plan = approval && (await read.plans.find(approval.planId));
    if (approval?.state !== 'confirming' || approval.confirmWord === null || !plan) return null;
    if (digest !== undefined && digest !== approval.digest) return null;
    return { kind: 'confirm', approvalId, title: plan.title, word: approval.confirmWord };
  }
  const incidentId = Number(CLOSE.exec(text)?.[1] ?? 0);
  const incident = incidentId > 0 ? await read.incidents.find(incidentId) : null;
  if (incident?.state !== 'open') return null;
  return { kind: 'close', incidentId, title: incident.title, probableCause: incident.probableCause };
}
