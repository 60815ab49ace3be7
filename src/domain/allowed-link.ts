// Which address may become a link: one of a host that an operator named, and that is what it looks like.

const URL_MAX = 2000;

/** The very host, by https on its usual port, and nothing that looks like another one before an @. */
export function isAllowedLink(written: string, hosts: ReadonlySet<string>): boolean {
  if (written.length > URL_MAX || !URL.canParse(written)) return false;
  const url = new URL(written);
  const authority = written.slice('https://'.length).split(/[/?#]/, 1)[0] ?? '';
  return (
    url.protocol === 'https:' &&
    url.port === '' &&
    hosts.has(url.hostname) &&
    // As it is read is as it is: no user, no other spelling of the host.
    authority.toLowerCase() === url.hostname
  );
}
