// A message for a chat app or a program: whatever stands in it, nothing controls a screen, hides or turns the direction.
import type { Message } from '../message.ts';
import { safeInChat } from './safe-text.ts';

export function safeMessage(message: Message): Message {
  const safe = cleaned(message);
  return { ...safe, title: safe.title.replace(/\s*\n\s*/g, ' ').trim() };
}

/** Every text in it, however deep; bytes stay. */
function cleaned<T>(value: T): T {
  if (typeof value === 'string') return safeInChat(value) as T;
  if (Array.isArray(value)) return value.map(cleaned) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cleaned(part)])) as T;
}
