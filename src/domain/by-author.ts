/** ` (@mike)`, with the space before it; empty: nobody is named. */
export function byAuthor(author: string | null | undefined): string {
  return author ? ` (@${author.replace(/^@+/, '')})` : '';
}
