// The few commands the terminal answers by itself. Everything else goes to the daemon.
import type { Focus } from './focus.ts';

export interface RoomView {
  /** With its `#`. */
  room: string;
  /** Open incidents whose thread is in it. */
  incidents: readonly number[];
}

export type LocalAction =
  | { kind: 'focus'; focus: Focus; say: string }
  | { kind: 'say'; lines: string[] }
  | { kind: 'clear' }
  | { kind: 'quit' };

/** Null: not for the terminal; it is said in the room. */
export function localCommand(line: string, focus: Focus, rooms: readonly RoomView[]): LocalAction | null {
  const [trigger = '', argument, ...more] = line.trim().split(/\s+/u);
  switch (trigger.toLowerCase()) {
    case '/join':
      return join(more.length === 0 ? argument : undefined, rooms);
    case '/rooms':
      return { kind: 'say', lines: listRooms(focus, rooms) };
    case '/focus':
      return focusOn(more.length === 0 ? argument : undefined, focus, rooms);
    case '/clear':
      return { kind: 'clear' };
    case '/quit':
    case '/exit':
      return { kind: 'quit' };
    default:
      return null;
  }
}

function join(argument: string | undefined, rooms: readonly RoomView[]): LocalAction {
  const names = rooms.map(({ room }) => room);
  if (argument === undefined) return { kind: 'say', lines: ['Which room? /join #room', ...listed(names)] };
  const wanted = argument.startsWith('#') ? argument : `#${argument}`;
  const known = names.find((name) => name.toLowerCase() === wanted.toLowerCase());
  const found = known ?? (names.length === 0 ? wanted : undefined);
  if (found === undefined) {
    return { kind: 'say', lines: [`There is no room ${wanted}.`, ...listed(names)] };
  }
  return { kind: 'focus', focus: { room: found, incidentId: null }, say: `Now in ${found}.` };
}

function focusOn(argument: string | undefined, focus: Focus, rooms: readonly RoomView[]): LocalAction {
  const open = rooms.flatMap(({ incidents }) => incidents).map((id) => `#${id}`);
  const usage = [
    '/focus 43 speaks in the thread of incident #43, /focus none in the room.',
    ...openOnes(open),
  ];
  if (argument === undefined) return { kind: 'say', lines: usage };
  if (argument.toLowerCase() === 'none') {
    return {
      kind: 'focus',
      focus: { ...focus, incidentId: null },
      say: `Now in ${focus.room}, in no thread.`,
    };
  }
  if (!/^#?\d{1,9}$/u.test(argument)) return { kind: 'say', lines: usage };
  const id = Number(argument.replace('#', ''));
  const home = rooms.find(({ incidents }) => incidents.includes(id));
  if (home)
    return { kind: 'focus', focus: { room: home.room, incidentId: id }, say: `Now in the thread of #${id}.` };
  // A resolved one can still be asked about, so this is not refused.
  return {
    kind: 'focus',
    focus: { ...focus, incidentId: id },
    say: `Now in the thread of #${id}. It is not among the open incidents${open.length > 0 ? `: ${open.join(' ')}` : ''}.`,
  };
}

function listRooms(focus: Focus, rooms: readonly RoomView[]): string[] {
  if (rooms.length === 0) return ['No rooms yet: one appears with its first message.'];
  return rooms.map(({ room, incidents }) => {
    const open = incidents.length > 0 ? `  open: ${incidents.map((id) => `#${id}`).join(' ')}` : '';
    return `${room === focus.room ? '›' : ' '} ${room}${open}`;
  });
}

function listed(names: readonly string[]): string[] {
  return names.length > 0 ? [`Rooms: ${names.join(' ')}`] : [];
}

function openOnes(open: readonly string[]): string[] {
  return [open.length > 0 ? `Open: ${open.join(' ')}` : 'No incident is open.'];
}
