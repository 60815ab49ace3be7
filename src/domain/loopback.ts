/** True for addresses only this machine can reach. A name other than `localhost` may mean anything: false. */
export function isLoopback(host: string): boolean {
  const address = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/, '');
  if (address === 'localhost' || address === '::1') return true;
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) {
    return address.startsWith('127.') && address.split('.').every((part) => Number(part) <= 255);
  }
  // An IPv6 address has many spellings, and URL knows the one they all stand for.
  if (!/^[0-9a-f.]*:[0-9a-f:.]*$/.test(address) || !URL.canParse(`http://[${address}]`)) return false;
  return /^\[(?:::1|::ffff:7f..:.*)\]$/.test(new URL(`http://[${address}]`).hostname);
}
