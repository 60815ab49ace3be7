// Cuts one JSON object into its fields, and one long list in it into its elements, while the bytes arrive.
// It finds where values begin and end; JSON.parse judges each piece. Works on bytes: in UTF-8 no part of a
// character above U+007F looks like a quote, a bracket or a comma, so a cut anywhere is harmless.

export interface SplitOptions {
  /** Name of the field whose elements are handed out one by one. */
  array: string;
  maxItemBytes: number;
  maxFieldBytes: number;
}

export interface SplitSink {
  /** The list begins. */
  list(): void;
  item(bytes: Buffer, index: number): void;
  field(name: string, bytes: Buffer): void;
  /** An element over `maxItemBytes`: its bytes are gone, its size is known. */
  itemTooLarge(index: number, size: number): void;
  fieldTooLarge(name: string, size: number): void;
}

export interface Splitter {
  /** Bytes given to the sink are good until it returns: keep a copy. @throws SplitError */
  push(chunk: Buffer): void;
  /** @throws SplitError when the document has not ended */
  end(): void;
}

export class SplitError extends Error {
  override readonly name = 'SplitError';
  /** Bytes from the start of the document. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Nothing honest is deeper, and what reads the pieces later may recurse. */
const MAX_DEPTH = 64;
const [TAB, LF, CR, SPACE, QUOTE, COMMA, COLON, BACKSLASH] = [0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x5b, 0x5d, 0x7b, 0x7d];
const BOM = [0xef, 0xbb, 0xbf];

type Place =
  | 'start'
  | 'first key'
  | 'key'
  | 'colon'
  | 'value'
  | 'after value'
  | 'first item'
  | 'item'
  | 'after item'
  | 'done';

export function createSplitter(options: SplitOptions, sink: SplitSink): Splitter {
  let place: Place = 'start';
  let offset = 0;
  let name = '';
  let index = 0;
  // The value being read, if any: what it is for, what it looks like, and its bytes of earlier chunks.
  let capture: 'key' | 'field' | 'item' | null = null;
  let shape: 'string' | 'container' | 'scalar' = 'scalar';
  let depth = 0;
  let inString = false;
  let escaped = false;
  let pending = Buffer.alloc(1_024);
  let pendingBytes = 0;
  let size = 0;

  function push(chunk: Buffer): void {
    let from = 0;
    for (let at = 0; at < chunk.length; ) {
      if (capture === null) {
        const byte = chunk[at] ?? 0;
        if (byte !== SPACE && byte !== LF && byte !== CR && byte !== TAB && !isBom(byte, offset + at)) {
          step(byte, offset + at);
          from = at;
        }
        // What opens a value is read again by `valueEnd`, which needs to see it.
        if (capture === null) at += 1;
      } else {
        const end = valueEnd(chunk, at);
        if (end < 0) break;
        finish(chunk.subarray(from, end), offset + end);
        at = end;
        from = end;
      }
    }
    if (capture !== null) stash(chunk.subarray(from));
    offset += chunk.length;
  }

  function end(): void {
    if (place !== 'done')
      throw new SplitError(offset === 0 ? 'the body is empty' : 'the document ends too early', offset);
  }

  function isBom(byte: number, at: number): boolean {
    return place === 'start' && at < BOM.length && byte === BOM[at];
  }

  /** One byte between values. */
  function step(byte: number, at: number): void {
    switch (place) {
      case 'start':
        if (byte !== OPEN) throw new SplitError('the body must be a JSON object', at);
        place = 'first key';
        return;
      case 'first key':
      case 'key':
        if (byte === CLOSE && place === 'first key') place = 'done';
        else if (byte === QUOTE) begin('key', byte);
        else throw unexpected(byte, at, 'a name in quotes');
        return;
      case 'colon':
        if (byte !== COLON) throw unexpected(byte, at, '":"');
        place = 'value';
        return;
      case 'value':
        if (byte === OPEN_LIST && name === options.array) {
          sink.list();
          place = 'first item';
        } else beginValue('field', byte, at);
        return;
      case 'after value':
        if (byte === COMMA) place = 'key';
        else if (byte === CLOSE) place = 'done';
        else throw unexpected(byte, at, '"," or "}"');
        return;
      case 'first item':
      case 'item':
        if (byte === CLOSE_LIST && place === 'first item') place = 'after value';
        else beginValue('item', byte, at);
        return;
      case 'after item':
        if (byte === COMMA) place = 'item';
        else if (byte === CLOSE_LIST) place = 'after value';
        else throw unexpected(byte, at, '"," or "]"');
        return;
      case 'done':
        throw unexpected(byte, at, 'the end of the document');
      default:
        place satisfies never;
    }
  }

  function beginValue(kind: 'field' | 'item', byte: number, at: number): void {
    if (byte === COMMA || byte === COLON || byte === CLOSE || byte === CLOSE_LIST)
      throw unexpected(byte, at, 'a value');
    begin(kind, byte);
  }

  function begin(kind: 'key' | 'field' | 'item', byte: number): void {
    capture = kind;
    shape = byte === QUOTE ? 'string' : byte === OPEN || byte === OPEN_LIST ? 'container' : 'scalar';
    depth = 0;
    inString = false;
    escaped = false;
    pendingBytes = 0;
    size = 0;
  }

  /** Index after the value's last byte, or -1: it goes on in the next chunk. The inner loop of everything. */
  function valueEnd(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          inString = false;
          if (shape === 'string') return at + 1;
        }
      } else if (shape === 'scalar') {
        if (isDelimiter(byte)) return at;
      } else if (byte === QUOTE) {
        inString = true;
      } else if (byte === OPEN || byte === OPEN_LIST) {
        depth += 1;
        if (depth > MAX_DEPTH) throw new SplitError(`nested deeper than ${MAX_DEPTH} levels`, offset + at);
      } else if (byte === CLOSE || byte === CLOSE_LIST) {
        depth -= 1;
        if (depth === 0) return at + 1;
      }
    }
    return -1;
  }

  function maxBytes(): number {
    return capture === 'item' ? options.maxItemBytes : options.maxFieldBytes;
  }

  /** Keeps a part until the rest comes; over the limit only its size. */
  function stash(part: Buffer): void {
    size += part.length;
    if (size > maxBytes()) return;
    if (pendingBytes + part.length > pending.length) {
      const larger = Buffer.alloc(Math.max(pending.length * 2, pendingBytes + part.length));
      pending.copy(larger, 0, 0, pendingBytes);
      pending = larger;
    }
    part.copy(pending, pendingBytes);
    pendingBytes += part.length;
  }

  function finish(last: Buffer, at: number): void {
    const kind = capture;
    const tooLarge = size + last.length > maxBytes();
    const inOneChunk = size === 0;
    if (!inOneChunk) stash(last);
    else size = last.length;
    const bytes = inOneChunk ? last : pending.subarray(0, pendingBytes);
    capture = null;
    if (kind === 'key') {
      if (tooLarge) throw new SplitError('a name is too long', at);
      name = readName(bytes, at);
      place = 'colon';
    } else if (kind === 'field') {
      if (tooLarge) sink.fieldTooLarge(name, size);
      else sink.field(name, bytes);
      place = 'after value';
    } else {
      if (tooLarge) sink.itemTooLarge(index, size);
      else sink.item(bytes, index);
      index += 1;
      place = 'after item';
    }
  }

  return { push, end };
}

function readName(bytes: Buffer, at: number): string {
  try {
    return JSON.parse(bytes.toString()) as string;
  } catch {
    throw new SplitError('a name is not a valid JSON text', at - bytes.length);
  }
}

function isDelimiter(byte: number): boolean {
  return (
    byte === COMMA ||
    byte === CLOSE ||
    byte === CLOSE_LIST ||
    byte === SPACE ||
    byte === LF ||
    byte === CR ||
    byte === TAB
  );
}

function unexpected(byte: number, offset: number, wanted: string): SplitError {
  const found = byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16)}`;
  return new SplitError(`found ${found} where ${wanted} must stand`, offset);
}
