// A file in a thread: https://docs.slack.dev/messaging/working-with-files, "Upload files". Three steps; nobody sees
// anything before the last one, and a file is known again by its name, which holds the id of what it belongs to.
import type { FilePlace } from '../../domain/channel.ts';
import { chartAlt } from '../../domain/chart.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Attachment } from '../../domain/message.ts';
import type { Call } from '../../domain/tool.ts';
import type { SlackAnswer, SlackCall } from './calls.ts';
import { nextCursor } from './conversations.ts';
import { pictureOf } from './picture.ts';

/** Puts bytes where Slack said. Errors: ToolError 'retry', nothing was shown yet. */
export type PutFile = (url: string, bytes: Uint8Array, signal: AbortSignal) => Promise<void>;

const PAGE = 200;
const PAGES_MAX = 50;

interface File {
  name: string;
  title: string;
  alt: string;
  bytes: Uint8Array;
}

export function putFiles(api: URL): PutFile {
  return async (text, bytes, signal) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    // What leaves here may hold lines of logs.
    if (url === null || (url.origin !== api.origin && !isSlackHost(url)))
      throw new ToolError(
        'failed',
        'Slack (files.getUploadURLExternal): named an address that is not its own',
      );
    let status: number;
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(bytes),
        redirect: 'error',
        signal,
      });
      await answer.body?.cancel();
      status = answer.status;
    } catch (error) {
      throw new ToolError('retry', 'Slack (upload): the file could not be sent', { cause: error });
    }
    if (status !== 200) throw new ToolError('retry', `Slack (upload): answered ${status}`);
  };
}

function isSlackHost({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' && /(^|\.)slack(-gov)?\.com$/.test(hostname);
}

export async function attachFile(
  place: FilePlace & { channel: string; threadTs: string },
  attachment: Attachment,
  { call, put }: { call: SlackCall; put: PutFile },
  { signal }: Call,
): Promise<void> {
  const file = await fileOf(attachment, place.key);
  if (place.again && (await isThere(place, file.name, call))) return;
  const given = await call('files.getUploadURLExternal', {
    filename: file.name,
    length: file.bytes.length,
    alt_txt: file.alt,
    ...(attachment.type === 'text' ? { snippet_type: 'text' } : {}),
  });
  await put(String(given.upload_url), file.bytes, signal);
  signal.throwIfAborted();
  await call('files.completeUploadExternal', {
    files: [{ id: given.file_id, title: file.title }],
    channel_id: place.channel,
    thread_ts: place.threadTs,
  });
}

async function fileOf(attachment: Attachment, key: string): Promise<File> {
  const id = key.replace(/[^a-z0-9-]/gi, '').slice(0, 60);
  switch (attachment.type) {
    case 'chart': {
      const { chart } = attachment;
      const bytes = await pictureOf(chart).catch((error: unknown) => {
        throw new ToolError('failed', 'the picture could not be drawn', { cause: error });
      });
      return { name: `chart-${id}.png`, title: chart.title, alt: chartAlt(chart), bytes };
    }
    case 'text':
      return {
        name: `lines-${id}.txt`,
        title: attachment.title,
        alt: attachment.title,
        bytes: new TextEncoder().encode(attachment.text),
      };
    default:
      return attachment satisfies never;
  }
}

async function isThere(
  { channel, threadTs }: { channel: string; threadTs: string },
  name: string,
  call: SlackCall,
): Promise<boolean> {
  let cursor = '';
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await call('conversations.replies', {
      channel,
      ts: threadTs,
      limit: PAGE,
      ...(cursor === '' ? {} : { cursor }),
    });
    const messages = Array.isArray(answer.messages) ? (answer.messages as SlackAnswer[]) : [];
    if (messages.some(({ files }) => Array.isArray(files) && files.some((file) => file?.name === name)))
      return true;
    cursor = nextCursor(answer);
    if (cursor === '') return false;
  }
  return false;
}
