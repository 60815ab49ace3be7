// Reads folders laid out as loghub is: `<System>/<System>_2k.log_structured.csv`, with the columns Content and EventId.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface LabelledLogs {
  system: string;
  /** The message of each line, without its header. */
  contents: string[];
  /** The true group of each. */
  events: string[];
}

/** Where the public data is: beside the project, or where OPENCLAW_TEST_DATA says. */
export function loghubFolder(): string {
  return join(
    process.env.OPENCLAW_TEST_DATA ?? resolve(import.meta.dirname, '../../../shared/data'),
    'loghub',
  );
}

export function readLabelledLogs(folder: string): LabelledLogs[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => statSync(join(folder, name)).isDirectory())
    .flatMap((name) => {
      const file = readdirSync(join(folder, name)).find((each) => each.endsWith('_structured.csv'));
      return file === undefined ? [] : [read(name, readFileSync(join(folder, name, file), 'utf8'))];
    })
    .sort((one, other) => (one.system < other.system ? -1 : 1));
}

function read(system: string, text: string): LabelledLogs {
  const [header = [], ...rows] = parseCsv(text);
  const content = header.indexOf('Content');
  const event = header.indexOf('EventId');
  if (content === -1 || event === -1) throw new Error(`${system}: no columns Content and EventId`);
  return {
    system,
    contents: rows.map((row) => row[content] ?? ''),
    events: rows.map((row) => row[event] ?? ''),
  };
}

/** RFC 4180: quoted fields hold commas, line ends and doubled quotes. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at += 1; at < text.length; at += 1) {
        const close = text.indexOf('"', at);
        const end = close === -1 ? text.length : close;
        field += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        field += '"';
      }
    } else {
      let end = at;
      while (end < text.length && text[end] !== ',' && text[end] !== '\n') end += 1;
      field = text.slice(at, end);
      at = end;
    }
    row.push(text[at] === ',' ? field : field.replace(/\r$/, ''));
    if (text[at] === '\r') at += 1;
    if (text[at] !== ',') {
      rows.push(row);
      row = [];
    }
    at += 1;
  }
  if (row.length > 0) rows.push(row);
  return rows;
}
