// What GitHub said with an ETag, so that an unchanged answer costs nothing of the hourly limit. In memory only.

interface Kept {
  etag: string;
  status: number;
  headers: Readonly<Record<string, string>>;
  data: unknown;
}

const MOST = 400;
/** A larger answer is fetched again: a few hundred of them would be felt. */
const LARGEST_BYTES = 256 * 1024;

export function createKept() {
  /** Oldest use first. */
  const answers = new Map<string, Kept>();
  return {
    find(key: string): Kept | null {
      const found = answers.get(key);
      if (found === undefined) return null;
      answers.delete(key);
      answers.set(key, found);
      return found;
    },
    keep(key: string, { status, headers, data, bytes }: Omit<Kept, 'etag'> & { bytes: number }): void {
      answers.delete(key);
      const { etag } = headers;
      if (!etag || etag.length > 200 || bytes > LARGEST_BYTES) return;
      answers.set(key, { etag, status, headers, data });
      for (const oldest of answers.keys()) {
        if (answers.size <= MOST) break;
        answers.delete(oldest);
      }
    },
  };
}
