// What came in and could not be read, kept for a person and for another try.

export interface DeadLetter {
  /** What was wrong, and where. */
  reason: string;
  where: string;
  /** At most 64 kB of it, redacted. */
  raw: string;
  /** Of the body, or of the part, as it came. */
  bytes: number;
  /** Of the whole body: what its sender called it, and what stood in the address. */
  contentType?: string;
  query?: string;
  /** Fingerprints of the alerts beside it that were taken in: another try leaves them alone. */
  kept?: string[];
  /** `raw` is an alert that was read, and that an error of ours kept from being worked on. */
  read?: true;
}

/** Of what is kept of one. */
export const RAW_MAX = 64 * 1024;

/** Only its first part is here, so it cannot be read again. */
export function isCutOff({ bytes }: Pick<DeadLetter, 'bytes'>): boolean {
  return bytes > RAW_MAX;
}
