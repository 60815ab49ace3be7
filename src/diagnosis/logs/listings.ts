// Settings written out one a line, "environment: java.version=21", are one kind: the part before them says which.
import { areValues } from './mergeable.ts';
import { type Skeleton, variableFrom } from './skeleton.ts';

interface Listing {
  label: string;
  name: string;
  /** Its place among the words. */
  at: number;
}

/** In the order given; those that belong to a listing of several settings keep its label and one variable. */
export function openListings(skeletons: readonly Skeleton[]): Skeleton[] {
  const labels = new Map<string, Map<string, number>>();
  const listings = skeletons.map(({ words }) => listingOf(words));
  for (const [index, listing] of listings.entries()) {
    if (!listing) continue;
    const names = labels.get(listing.label) ?? new Map<string, number>();
    labels.set(listing.label, names);
    names.set(listing.name, (names.get(listing.name) ?? 0) + (skeletons[index]?.count ?? 0));
  }
  return skeletons.map((skeleton, index) => {
    const listing = listings[index];
    const counts = listing ? [...(labels.get(listing.label)?.values() ?? [])] : [];
    return listing && areValues(counts, 'weak') ? variableFrom(skeleton, listing.at) : skeleton;
  });
}

/** The one `name=` behind `label:`. */
function listingOf(words: readonly string[]): Listing | null {
  const at = words.findIndex((word) => word.endsWith('='));
  const name = words[at];
  if (at < 1 || name === undefined || !words[at - 1]?.endsWith(':')) return null;
  if (words.some((word, index) => index > at && word.endsWith('='))) return null;
  return { label: words.slice(0, at).join(' '), name, at };
}
