// A self-signed X.509 certificate with a fresh RSA key, written byte by byte: Node reads them and makes none.
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface TestCertificate {
  pem: string;
  privateKey: KeyObject;
}

const SHA256_RSA = hex('300d06092a864886f70d01010b0500');

export function createCertificate({ from, to }: { from: number; to: number }): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = sequence(tlv(0x31, sequence(hex('0603550403'), tlv(0x0c, Buffer.from('sns.amazonaws.com')))));
  const body = sequence(
    tlv(0xa0, hex('020102')),
    hex('020107'),
    SHA256_RSA,
    name,
    sequence(time(from), time(to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = createSign('RSA-SHA256').update(body).sign(privateKey);
  const der = sequence(body, SHA256_RSA, tlv(0x03, Buffer.concat([hex('00'), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    privateKey,
  };
}

/** GeneralizedTime. */
function time(at: number): Buffer {
  return tlv(0x18, Buffer.from(`${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`));
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
