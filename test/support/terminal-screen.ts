// What a person would see: a terminal of a few hundred bytes that knows exactly the codes we emit, and throws
// on every other, so text that got through unescaped fails the test. Breaks rows anew when resized, as most do.

interface Cell {
  text: string;
  /** 0: the second half of a wide character. */
  width: 0 | 1 | 2;
}

interface Row {
  cells: Cell[];
  /** It went on here because the row before was full, not by a newline. */
  wrapped: boolean;
}

const ESC = String.fromCharCode(27);

export class TerminalScreen {
  columns: number;
  rows: number;
  bells = 0;
  bracketedPaste = false;
  /** Everything, with what scrolled off above. */
  private lines: Row[] = [{ cells: [], wrapped: false }];
  private line = 0;
  private column = 0;
  private wrapPending = false;

  constructor(columns = 80, rows = 24) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    let rest = text;
    while (rest !== '') {
      const sequence = new RegExp(`^${ESC}\\[([?0-9;]*)([A-Za-z])`, 'u').exec(rest);
      if (sequence) {
        this.control(sequence[1] ?? '', sequence[2] ?? '');
        rest = rest.slice(sequence[0].length);
        continue;
      }
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      rest = rest.slice(character.length);
      this.put(character);
    }
  }

  /** Rows as text without trailing blanks; the empty ones at the end are left out. */
  text(): string {
    return this.lines
      .map(({ cells }) =>
        cells
          .map(({ text }) => text || '')
          .join('')
          .trimEnd(),
      )
      .join('\n')
      .trimEnd();
  }

  /** The row the cursor is in, with the cursor as `▮` before the cell it stands on. */
  cursorRow(): string {
    const cells = this.lines[this.line]?.cells ?? [];
    const before = cells
      .slice(0, this.column)
      .map(({ text }) => text)
      .join('');
    return `${before.padEnd(before.length + Math.max(0, this.column - cells.length))}▮${cells
      .slice(this.column)
      .map(({ text }) => text)
      .join('')
      .trimEnd()}`;
  }

  resize(columns: number, rows = this.rows): void {
    const logical: { cells: Cell[]; at: number | null }[] = [];
    this.lines.forEach((row, index) => {
      const last = logical.at(-1);
      const target = row.wrapped && last ? last : { cells: [], at: null };
      if (target !== last) logical.push(target);
      if (index === this.line) target.at = target.cells.length + this.column;
      target.cells.push(...row.cells);
    });
    this.columns = columns;
    this.rows = rows;
    this.lines = [];
    for (const { cells, at } of logical) {
      const first = this.lines.length;
      const chunks = Math.max(
        1,
        Math.ceil(cells.length / columns),
        at === null ? 0 : Math.floor(at / columns) + 1,
      );
      for (let i = 0; i < chunks; i += 1) {
        this.lines.push({ cells: cells.slice(i * columns, (i + 1) * columns), wrapped: i > 0 });
      }
      if (at !== null) {
        this.line = first + Math.floor(at / columns);
        this.column = at % columns;
      }
    }
    this.wrapPending = false;
  }

  private put(character: string): void {
    const code = character.codePointAt(0) ?? 0;
    if (code === 7) this.bells += 1;
    else if (code === 13) this.moveTo(this.line, 0);
    else if (code === 10) this.moveTo(this.line + 1, this.column);
    else if (code < 32 || (code >= 127 && code < 160))
      throw new Error(`control character ${code} reached the screen`);
    else this.print(character);
  }

  private print(character: string): void {
    const width = cellsOf(character);
    const row = this.row(this.line);
    if (width === 0) {
      const previous = row.cells[Math.max(0, this.column - 1)];
      if (previous) previous.text += character;
      return;
    }
    if (this.wrapPending || this.column + width > this.columns) {
      this.moveTo(this.line + 1, 0);
      this.row(this.line).wrapped = true;
      this.print(character);
      return;
    }
    while (row.cells.length < this.column) row.cells.push({ text: ' ', width: 1 });
    row.cells[this.column] = { text: character, width };
    if (width === 2) row.cells[this.column + 1] = { text: '', width: 0 };
    this.column += width;
    this.wrapPending = this.column === this.columns;
    if (this.wrapPending) this.column -= 1;
  }

  private control(parameters: string, final: string): void {
    const count = Math.max(1, Number(parameters.split(';')[0]) || 1);
    switch (`${parameters.startsWith('?') ? '?' : ''}${final}`) {
      case 'A':
        // The cursor cannot leave the visible part.
        this.moveTo(Math.max(this.top(), this.line - count), this.column);
        return;
      case 'C':
        this.moveTo(this.line, Math.min(this.columns - 1, this.column + count));
        return;
      case 'H':
        this.moveTo(this.top(), 0);
        return;
      case 'K': {
        const row = this.row(this.line);
        row.cells.length = Math.min(row.cells.length, this.column);
        return;
      }
      case 'J': {
        if (parameters === '' && this.column === 0 && this.line === this.top()) {
          throw new Error('erasing from the top left corner moves everything to the scrollback in tmux');
        }
        const from = parameters === '2' ? this.top() : this.line;
        const kept = parameters === '2' ? 0 : this.column;
        this.lines.length = Math.max(this.line, from) + 1;
        for (const row of this.lines.slice(from)) row.cells.length = Math.min(row.cells.length, kept);
        return;
      }
      case 'm':
        return;
      case '?h':
      case '?l':
        if (parameters === '?2004') this.bracketedPaste = final === 'h';
        return;
      default:
        throw new Error(`sequence ESC[${parameters}${final} reached the screen`);
    }
  }

  private moveTo(line: number, column: number): void {
    this.line = line;
    this.column = column;
    this.wrapPending = false;
    this.row(line);
  }

  private row(line: number): Row {
    while (this.lines.length <= line) this.lines.push({ cells: [], wrapped: false });
    const row = this.lines[line];
    if (!row) throw new Error('unreachable');
    return row;
  }

  private top(): number {
    return Math.max(0, this.lines.length - this.rows);
  }
}

/** Deliberately not the product's own table: as coarse as wcwidth on what the tests use. */
function cellsOf(character: string): 0 | 1 | 2 {
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0;
  if (/[\u{1f1e6}-\u{1f1ff}]/u.test(character)) return 1;
  return /[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\uff01-\uff60]/u.test(character)
    ? 2
    : 1;
}
