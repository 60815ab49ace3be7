// Reads an answer's body for the SDK: up to a size, and never a web page that somebody on the way put in its place.
import { IncomingMessage } from 'node:http';
import { NOT_AWS, TOO_LARGE } from './faults.ts';

/** Far over the largest page of any call we make. */
const MOST_BYTES = 32 * 1024 * 1024;

/** The SDK's `streamCollector`. Errors: named `AnswerTooLarge`, `AnswerNotFromAws`, or the socket's own. */
export function createBodyReader(mostBytes = MOST_BYTES): (stream: unknown) => Promise<Uint8Array> {
  return async (stream) => {
    const type = stream instanceof IncomingMessage ? (stream.headers['content-type'] ?? '') : '';
    const status = stream instanceof IncomingMessage ? stream.statusCode : undefined;
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      // Leaving the loop closes the stream.
      if (size > mostBytes) throw named(TOO_LARGE, `over ${Math.round(mostBytes / 1024 / 1024)} MB`);
      chunks.push(chunk);
    }
    if (/\bhtml\b/i.test(type)) throw named(NOT_AWS, `a web page with status ${status ?? 'unknown'}`);
    return Buffer.concat(chunks);
  };
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
