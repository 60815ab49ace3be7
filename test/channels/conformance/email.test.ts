// Pages by mail, to a mail server of ours.
import { onTestFinished } from 'vitest';
import { createEmailChannel } from '../../../src/channels/email/channel.ts';
import { startFakeSmtp } from '../../support/fake-smtp.ts';
import { channelConforms, type OpenedChannel, type Trouble } from './suite.ts';

const PASSWORD = 'fake-password-of-ops';
const TROUBLES: Partial<Record<Trouble, string>> = {
  limited: '450 greylisted, come back later',
  broken: '554 no',
  html: '<html>Bad gateway</html>',
  lost: 'cut',
  silent: 'silent',
};

channelConforms({
  name: 'email',
  open: openEmail,
  troubles: {
    refused: 'retry',
    limited: 'retry',
    broken: 'failed',
    html: 'unknown',
    lost: 'unknown',
    silent: 'unknown',
  },
  threads: false,
});

async function openEmail(): Promise<OpenedChannel> {
  const server = await startFakeSmtp({ auth: true });
  onTestFinished(() => server.close().catch(() => {}));
  const channel = createEmailChannel({
    name: 'mail',
    settings: { host: '127.0.0.1', port: server.port, tls: 'none', from: 'ops@example.com', user: 'ops' },
    password: PASSWORD,
  });
  let isDown = false;
  return {
    channel,
    conversation: 'sarah@example.org',
    secrets: [PASSWORD, Buffer.from(`\0ops\0${PASSWORD}`).toString('base64')],
    async trouble(trouble) {
      if (isDown) await server.listen();
      isDown = trouble === 'refused';
      if (isDown) await server.close();
      const answer = trouble === null ? undefined : TROUBLES[trouble];
      server.options.answers = answer === undefined ? {} : { '.': answer };
    },
    arrived: () =>
      server.mails.map(({ text }) => ({
        remoteId: /^Message-ID: (\S+)/im.exec(text)?.[1] ?? '',
        threadRemoteId: null,
        shown: plainPart(text),
        woken: [],
      })),
  };
}

/** The first part of a mail of two, decoded: RFC 2045. */
function plainPart(mail: string): string {
  const boundary = /boundary="([^"]+)"/.exec(mail)?.[1] ?? '';
  const part = mail.split(`--${boundary}\r\n`)[1] ?? '';
  const end = part.indexOf('\r\n\r\n');
  const body = part.slice(end + 4).replace(/\r\n$/, '');
  const how = /^Content-Transfer-Encoding: (\S+)/im.exec(part.slice(0, end))?.[1];
  if (how === 'base64') return Buffer.from(body, 'base64').toString('utf8').replaceAll('\r\n', '\n');
  const bytes =
    how === 'quoted-printable'
      ? body
          .replace(/=\r\n/g, '')
          .replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number(`0x${code}`)))
      : body;
  return Buffer.from(bytes, how === 'quoted-printable' ? 'latin1' : 'utf8')
    .toString('utf8')
    .replaceAll('\r\n', '\n');
}
