// A set of planted secrets from a seed, and what of it came through.
import { CARRIERS, type Carrier } from './carriers.ts';
import { drawFrom } from './draw.ts';
import { PROVIDERS, type Provider } from './providers.ts';

export interface Planted {
  provider: string;
  carrier: string;
  parts: string[];
  /** As it is written in the parts put together. */
  written: string;
}

/** `count` of them: every provider as often as the others, each time in another carrier. */
export function plant(
  seed: number,
  count: number,
  providers: readonly Provider[] = PROVIDERS,
  carriers: readonly Carrier[] = CARRIERS,
): Planted[] {
  const draw = drawFrom(seed);
  return Array.from({ length: count }, (_, at) => {
    const provider = providers[at % providers.length] as Provider;
    const fitting = carriers.filter(
      ({ named, word }) => (named || !provider.needsName) && !(word && provider.block),
    );
    const carrier = fitting[
      (Math.floor(at / providers.length) + draw.below(fitting.length)) % fitting.length
    ] as Carrier;
    const made = provider.make(draw);
    const secret = provider.secretIn?.(made) ?? made;
    const parts = carrier.carry(made, provider.variable, draw);
    const written = carrier.written?.(secret) ?? secret;
    return { provider: provider.name, carrier: carrier.name, parts, written };
  });
}

/** So many characters in a row are a slip: with fewer nobody gets in. */
const TELLING = 12;

/** The longest piece of `planted` still there, if it is long enough to tell. */
export function slipped({ written, parts }: Planted, redacted: readonly string[]): string | null {
  const out = redacted.join('');
  // In base64 the first and last characters depend on what stands beside.
  const isThere = parts.join('').includes(written);
  const secret = isThere ? written : written.slice(4, -6);
  for (let at = 0; at + TELLING <= secret.length; at += 1) {
    const piece = secret.slice(at, at + TELLING);
    if (out.includes(piece)) return piece;
  }
  return secret.length < TELLING && out.includes(secret) ? secret : null;
}
