// Slack's documented limits, written down once more for tests. Gives what Slack would refuse, in words; empty: nothing.
// https://docs.slack.dev/reference/block-kit/blocks and each block there, /reference/block-kit/block-elements/button-element,
// /reference/block-kit/composition-objects/text-object, /reference/methods/chat.postMessage (text, 50 blocks). The size of all
// blocks together is documented nowhere; it was measured at 13,297 in https://github.com/slackapi/bolt-js/issues/2509.
type Json = Record<string, unknown>;
type Say = (where: string, met: boolean, what: string) => void;

export function whatSlackRefuses({ text, blocks }: { text: string; blocks: readonly Json[] }): string[] {
  const wrong: string[] = [];
  const say = (where: string, met: boolean, what: string) => {
    if (!met) wrong.push(`${where}: ${what}`);
  };
  say('text', text.length <= 40_000, 'over 40,000 characters');
  say('text', text !== '', 'is empty');
  say('blocks', blocks.length <= 50, 'more than 50');
  say('blocks', Buffer.byteLength(JSON.stringify(blocks)) <= 13_200, 'too long together');
  const blockIds = blocks.flatMap(({ block_id: id }) => (id === undefined ? [] : [id]));
  say('blocks', new Set(blockIds).size === blockIds.length, 'two with one block_id');
  for (const id of blockIds) say('blocks', String(id).length <= 255, 'a block_id over 255 characters');
  const ids = new Set<unknown>();
  const button = (element: Json, at: string) => {
    textObject(element.text, at, 75, ['plain_text'], say);
    say(at, String(element.value).length <= 2000, 'a value over 2,000 characters');
    say(at, String(element.action_id).length <= 255, 'an action_id over 255 characters');
    say(at, !ids.has(element.action_id), 'an action_id that another one has');
    say(at, [undefined, 'primary', 'danger'].includes(element.style as string), 'an unknown style');
    ids.add(element.action_id);
  };
  blocks.forEach((block, index) => {
    const at = `blocks[${index}] (${String(block.type)})`;
    switch (block.type) {
      case 'header':
        textObject(block.text, at, 150, ['plain_text'], say);
        break;
      case 'section': {
        if (block.text !== undefined) textObject(block.text, at, 3000, ['plain_text', 'mrkdwn'], say);
        const fields = (block.fields ?? []) as Json[];
        say(at, block.text !== undefined || fields.length > 0, 'has neither text nor fields');
        say(at, fields.length <= 10, 'more than 10 fields');
        if (block.accessory !== undefined) button(block.accessory as Json, at);
        for (const field of fields) textObject(field, at, 2000, ['plain_text', 'mrkdwn'], say);
        break;
      }
      case 'actions': {
        const elements = (block.elements ?? []) as Json[];
        say(at, elements.length > 0 && elements.length <= 25, 'needs 1 to 25 elements');
        for (const element of elements) button(element, at);
        break;
      }
      case 'rich_text':
        say(at, ((block.elements ?? []) as Json[]).length > 0, 'has no elements');
        for (const part of (block.elements ?? []) as Json[]) richText(part, at, say);
        break;
      case 'context': {
        const elements = (block.elements ?? []) as Json[];
        say(at, elements.length > 0 && elements.length <= 10, 'needs 1 to 10 elements');
        for (const element of elements) textObject(element, at, 3000, ['plain_text', 'mrkdwn'], say);
        break;
      }
      case 'divider':
        break;
      default:
        say(at, false, 'is no block we use');
    }
  });
  return wrong;
}

function richText(part: Json, at: string, say: Say): void {
  const types = ['rich_text_preformatted', 'rich_text_section', 'rich_text_list', 'rich_text_quote'];
  say(at, types.includes(String(part.type)), `a part of type ${part.type}`);
  const elements = (part.elements ?? []) as Json[];
  say(at, elements.length > 0, 'a part without elements');
  for (const { type, text } of elements)
    if (type === 'text') say(at, typeof text === 'string' && text.length >= 1, 'an empty text');
}

function textObject(value: unknown, at: string, max: number, types: readonly string[], say: Say): void {
  const { type, text } = (value ?? {}) as { type?: string; text?: string };
  say(at, types.includes(type ?? ''), `a text of type ${type}`);
  say(at, typeof text === 'string' && text.length >= 1, 'an empty text');
  say(at, (text ?? '').length <= max, `a text over ${max} characters`);
}
