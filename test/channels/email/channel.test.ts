// Pages through a mail server that answers in every way a mail server can.
import { describe, expect, onTestFinished, test } from 'vitest';
import { createEmailChannel } from '../../../src/channels/email/channel.ts';
import type { OutgoingPost } from '../../../src/domain/channel.ts';
import { message } from '../../../src/domain/message.ts';
import type { MailSettings } from '../../../src/domain/pager-settings.ts';
import { type FakeSmtp, type SmtpOptions, startFakeSmtp } from '../../support/fake-smtp.ts';
import { makeCertificate } from '../../support/tls-certificate.ts';

const call = { signal: new AbortController().signal };
const certificate = makeCertificate();
const withTls = test.skipIf(certificate === null);

const page = (change: Partial<OutgoingPost> = {}): OutgoingPost => ({
  eventId: '11111111-2222-4333-8444-555555555555',
  conversation: 'sarah@example.org',
  threadRemoteId: null,
  message: message('📟 @sarah: 🔴 INCIDENT #1 — api <b>is</b> down', {
    blocks: [
      { type: 'text', text: 'on-call, level 1.\n.\nA line that begins with a dot' },
      { type: 'buttons', buttons: [{ label: 'Acknowledge', command: '/ack 1' }] },
    ],
  }),
  mentions: [],
  possibleRepeat: false,
  ...change,
});

async function scene(options: SmtpOptions = {}, settings: Partial<MailSettings> = {}) {
  const server = await startFakeSmtp(options);
  onTestFinished(() => server.close());
  const channel = createEmailChannel({
    name: 'mail',
    settings: {
      host: '127.0.0.1',
      port: server.port,
      tls: 'none',
      from: 'ops@example.com',
      user: undefined,
      ...settings,
    },
    password: settings.user === undefined ? null : 'fake-password',
    ...(certificate ? { ca: certificate.cert } : {}),
  });
  return { server, channel };
}

const header = ({ mails }: FakeSmtp, name: string) =>
  new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(mails[0]?.text ?? '')?.[1];

describe('a page by mail', () => {
  test('arrives as text and as HTML, named by its event', async () => {
    const { server, channel } = await scene();
    const { remoteId } = await channel.send(page(), call);
    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: 'ops@example.com', to: ['sarah@example.org'] });
    expect(remoteId).toBe('<11111111-2222-4333-8444-555555555555@example.com>');
    expect(header(server, 'Message-ID')).toBe(remoteId);
    expect(header(server, 'Auto-Submitted')).toBe('auto-generated');
    expect(mail?.text).toContain('multipart/alternative');
    expect(mail?.text).toContain('api &lt;b&gt;is&lt;/b&gt; down');
    expect(mail?.text).toContain('Acknowledge: /ack 1');
  });

  test('has the same Message-ID when it is sent again', async () => {
    const { server, channel } = await scene();
    const first = await channel.send(page(), call);
    expect(await channel.send(page({ possibleRepeat: true }), call)).toEqual(first);
    expect(server.mails).toHaveLength(2);
  });

  test('whose title holds line ends adds no header and no recipient', async () => {
    const { server, channel } = await scene();
    const title = 'down\r\nBcc: evil@example.net\r\n\r\n<script>alert(1)</script>\u202e';
    await channel.send(page({ message: message(title) }), call);
    const [mail] = server.mails;
    expect(mail?.to).toEqual(['sarah@example.org']);
    const headers = mail?.text.split('\r\n\r\n')[0] ?? '';
    expect(headers).not.toMatch(/^bcc:/im);
    expect(mail?.text).not.toContain('\u202e');
    expect(mail?.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;</h3>');
  });

  test.each([
    '@sarah',
    'U-sarah',
    'sarah@example.org>\r\nRCPT TO:<evil@example.net',
    'sarah@example.org, evil@example.net',
    '"a b"@example.org',
    '',
  ])('to %j is refused before anything is sent', async (conversation) => {
    const { server, channel } = await scene();
    await expect(channel.send(page({ conversation }), call)).rejects.toMatchObject({ outcome: 'failed' });
    expect(server.commands).toEqual([]);
  });

  test.each<[string, NonNullable<SmtpOptions['answers']>, string]>([
    ['is asked to come back at the greeting', { GREETING: '421 busy' }, 'retry'],
    ['is asked to come back for the sender', { MAIL: '451 later' }, 'retry'],
    ['is asked to come back for the address', { RCPT: '450 greylisted' }, 'retry'],
    ['is told the address does not exist', { RCPT: '550 no such user' }, 'failed'],
    ['is refused before the text', { DATA: '554 no' }, 'failed'],
    ['is refused after the text', { '.': '554 spam' }, 'failed'],
    ['is asked to come back after the text', { '.': '452 no room' }, 'retry'],
    ['is cut off at the greeting', { GREETING: 'cut' }, 'retry'],
    ['is cut off before the text', { DATA: 'cut' }, 'retry'],
    ['is cut off after the text', { '.': 'cut' }, 'unknown'],
    ['hears nonsense', { MAIL: 'hello' }, 'retry'],
  ])('that %s says so', async (_, answers, outcome) => {
    const { channel } = await scene({ answers });
    await expect(channel.send(page(), call)).rejects.toMatchObject({ name: 'ToolError', outcome });
  });

  test('to a server that is not there may be tried again', async () => {
    const { server, channel } = await scene();
    await server.close();
    await expect(channel.send(page(), call)).rejects.toMatchObject({ outcome: 'retry' });
  });

  test.each<[string, NonNullable<SmtpOptions['answers']>, string]>([
    ['before the text', { GREETING: 'silent' }, 'retry'],
    ['after the text', { '.': 'silent' }, 'unknown'],
  ])('to a server that says nothing %s ends with the call', async (_, answers, outcome) => {
    const { server, channel } = await scene({ answers });
    const stop = new AbortController();
    const sent = channel.send(page(), { signal: stop.signal });
    const ended = expect(sent).rejects.toMatchObject({ outcome });
    if (outcome === 'unknown') await expect.poll(() => server.mails.length).toBe(1);
    stop.abort();
    await ended;
  });

  withTls('is encrypted before anything is said, password and all', async () => {
    const { server, channel } = await scene(
      { tls: certificate, auth: true },
      { tls: 'starttls', user: 'ops' },
    );
    await channel.send(page(), call);
    expect(server.mails[0]).toMatchObject({ encrypted: true, auth: 'ops:fake-password' });
  });

  withTls('is encrypted from the first byte on where that is asked for', async () => {
    const { server, channel } = await scene({ tls: certificate, implicit: true }, { tls: 'implicit' });
    await channel.send(page(), call);
    expect(server.mails[0]?.encrypted).toBe(true);
  });

  test('is not sent in clear where the server offers no TLS', async () => {
    const { server, channel } = await scene({ auth: true }, { tls: 'starttls', user: 'ops' });
    await expect(channel.send(page(), call)).rejects.toMatchObject({ outcome: 'failed' });
    expect(server.mails).toEqual([]);
    expect(server.commands.filter((line) => /^(AUTH|MAIL)/.test(line))).toEqual([]);
  });

  test('with a wrong password is refused for good', async () => {
    const { channel } = await scene({ auth: true, answers: { AUTH: '535 wrong' } }, { user: 'ops' });
    await expect(channel.send(page(), call)).rejects.toMatchObject({ outcome: 'failed' });
  });

  withTls('trusts no certificate that nobody vouches for', async () => {
    const server = await startFakeSmtp({ tls: certificate });
    onTestFinished(() => server.close());
    const settings = {
      host: '127.0.0.1',
      port: server.port,
      tls: 'starttls' as const,
      from: 'ops@example.com',
      user: undefined,
    };
    const channel = createEmailChannel({ name: 'mail', settings, password: null });
    await expect(channel.send(page(), call)).rejects.toMatchObject({ outcome: 'retry' });
    expect(server.mails).toEqual([]);
  });
});
