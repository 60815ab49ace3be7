// What a message offers to do, once it was done or is not wanted any more: a line that is read, and no button. Pure.
import type { Block, Message } from './message.ts';

/** Null: it offers none of these. `done`: they were done, which the line says. */
export function withoutOffers(
  said: Message,
  commands: ReadonlySet<string>,
  { done }: { done: boolean },
): Message | null {
  const offersAny = (block: Block) =>
    block.type === 'section' && (block.offers ?? []).some((offer) => commands.has(offer));
  if (!said.blocks.some(offersAny)) return null;
  return { ...said, blocks: said.blocks.map((block) => (offersAny(block) ? struck(block) : block)) };

  function struck(block: Block): Block {
    if (block.type !== 'section') return block;
    const gone = (block.offers ?? []).filter((offer) => commands.has(offer));
    const isGone = (line: string) => gone.some((offer) => line === offer || line.startsWith(`${offer} `));
    const lines = block.lines.map((line) => (done && isGone(line) ? `✅ done: ${line}` : line));
    return { ...block, lines, offers: (block.offers ?? []).filter((offer) => !commands.has(offer)) };
  }
}
