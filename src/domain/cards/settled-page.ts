// A page that asked somebody to take an incident, once somebody did or it was over: nothing is left to press, and it says so.
import type { Block, Message } from '../message.ts';

export interface Settled {
  incidentId: number;
  /** "✅ @sarah took it at 03:16 UTC" */
  line: string;
}

/** Of a page for several incidents the others keep their buttons, and the line says of which it is. */
export function settledPage(page: Message, { incidentId, line }: Settled, isBundle: boolean): Message {
  const about = isBundle ? `#${incidentId}: ` : '';
  const isOld = (block: Block) =>
    block.type === 'text' && block.role === 'decision' && block.text.startsWith(about);
  const blocks = page.blocks
    .filter((block) => !isOld(block))
    .flatMap((block): Block[] => {
      if (block.type !== 'buttons') return [block];
      const buttons = block.buttons.filter(({ command }) => command !== `/ack ${incidentId}`);
      return buttons.length > 0 ? [{ ...block, buttons }] : [];
    });
  const decided = blocks.filter((block) => block.type === 'text' && block.role === 'decision');
  const others = blocks.filter((block) => !decided.includes(block));
  return {
    ...page,
    blocks: [...decided, { type: 'text', text: `${about}${line}`, role: 'decision' }, ...others],
  };
}
