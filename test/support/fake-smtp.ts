// A fake mail server of ours that speaks SMTP as it is on the wire: EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, QUIT.
import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and body, dots unstuffed. */
  text: string;
  encrypted: boolean;
  /** `user:password`, as it was given. */
  auth: string | null;
}

export interface SmtpOptions {
  /** PEM; null: it offers no STARTTLS. */
  tls?: { key: string; cert: string } | null;
  /** It speaks TLS from the first byte on. */
  implicit?: boolean;
  auth?: boolean;
  /** What it answers in place of the usual: by command, or `.` for the end of the data. `cut` closes, `silent` waits. */
  answers?: Partial<Record<'GREETING' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | '.', string>>;
}

export interface FakeSmtp {
  port: number;
  mails: ReceivedMail[];
  /** Each command as it came. */
  commands: string[];
  options: SmtpOptions;
  close(): Promise<void>;
  /** After `close`, at the same port. */
  listen(): Promise<void>;
}

export async function startFakeSmtp(given: SmtpOptions = {}): Promise<FakeSmtp> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (self.options.implicit && self.options.tls) talk(encrypt(socket, self.options.tls), true, true);
    else talk(socket, false, true);
  });
  const self: FakeSmtp = {
    port: 0,
    mails: [],
    commands: [],
    options: given,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    listen: () => new Promise<void>((resolve) => server.listen(self.port, '127.0.0.1', () => resolve())),
  };

  function talk(socket: Socket, encrypted: boolean, greet: boolean): void {
    const { tls = null, auth = false, answers = {} } = self.options;
    const mail: ReceivedMail = { from: '', to: [], text: '', encrypted, auth: null };
    /** What came and is no whole command or mail yet, in the parts it came in, and the end of it. */
    let parts: string[] = [];
    let tail = '';
    let inData = false;
    const say = (text: string) => socket.write(`${text}\r\n`);
    /** True: there was another answer than the usual. */
    const otherwise = (command: keyof typeof answers): boolean => {
      const answer = answers[command];
      if (answer === undefined) return false;
      if (answer === 'cut') socket.destroy();
      else if (answer !== 'silent') say(answer);
      return true;
    };
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const part = chunk.toString('latin1');
      parts.push(part);
      tail += part;
      const isEnded = tail.includes(inData ? '\r\n.\r\n' : '\r\n');
      tail = tail.slice(-4);
      if (!isEnded) return;
      let buffer = parts.join('');
      for (;;) {
        const end = buffer.indexOf(inData ? '\r\n.\r\n' : '\r\n');
        if (end === -1) {
          parts = [buffer];
          tail = buffer.slice(-4);
          return;
        }
        const text = buffer.slice(0, end);
        buffer = buffer.slice(end + (inData ? 5 : 2));
        if (inData) taken(text);
        else if (command(text)) return;
      }
    });
    if (greet && !otherwise('GREETING')) say('220 fake.example ESMTP');

    function taken(text: string): void {
      inData = false;
      const whole = Buffer.from(text.replace(/^\.\./gm, '.'), 'latin1').toString('utf8');
      if (!/^[45]/.test(answers['.'] ?? '')) self.mails.push({ ...mail, text: whole });
      if (!otherwise('.')) say('250 2.0.0 taken');
    }

    /** True: the conversation goes on elsewhere. */
    function command(line: string): boolean {
      self.commands.push(line);
      const [word = '', argument = ''] = line.split(' ');
      switch (word.toUpperCase()) {
        case 'EHLO': {
          const offers = [
            ...(tls && !encrypted ? ['STARTTLS'] : []),
            ...(auth ? ['AUTH PLAIN'] : []),
            '8BITMIME',
          ];
          const lines = ['fake.example', ...offers];
          if (!otherwise('EHLO'))
            for (const [index, one] of lines.entries())
              say(`250${index === lines.length - 1 ? ' ' : '-'}${one}`);
          return false;
        }
        case 'STARTTLS':
          if (!tls) return say('502 no') && false;
          say('220 go ahead');
          socket.removeAllListeners('data');
          talk(encrypt(socket, tls), true, false);
          return true;
        case 'AUTH':
          mail.auth = Buffer.from(line.split(' ')[2] ?? '', 'base64')
            .toString()
            .split('\0')
            .slice(1)
            .join(':');
          if (!otherwise('AUTH')) say('235 welcome');
          return false;
        case 'MAIL':
          mail.from = argument.replace(/^FROM:<(.*)>$/i, '$1');
          if (!otherwise('MAIL')) say('250 ok');
          return false;
        case 'RCPT':
          mail.to.push(argument.replace(/^TO:<(.*)>$/i, '$1'));
          if (!otherwise('RCPT')) say('250 ok');
          return false;
        case 'DATA':
          if (!otherwise('DATA')) {
            inData = true;
            say('354 go ahead');
          }
          return false;
        case 'QUIT':
          say('221 bye');
          socket.end();
          return false;
        default:
          say('502 what');
          return false;
      }
    }
  }

  await self.listen();
  const address = server.address();
  self.port = typeof address === 'object' && address ? address.port : 0;
  return self;
}

function encrypt(socket: Socket, { key, cert }: { key: string; cert: string }): TLSSocket {
  return new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ key, cert }) });
}
