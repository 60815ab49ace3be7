// `emulate` kept on loopback, whatever it plays.
import { type AddressInfo, Server } from 'node:net';
import type { createEmulator } from 'emulate';

/** It listens on every interface, and takes no host: the one server that is made meanwhile gets ours. */
export async function onLoopback(make: () => ReturnType<typeof createEmulator>) {
  const usual = Server.prototype.listen;
  let made: Server | null = null;
  Server.prototype.listen = function listen(this: Server, port: number) {
    made = this;
    return Reflect.apply(usual, this, [port, '127.0.0.1']) as Server;
  } as typeof usual;
  try {
    const emulator = await make();
    const server = made as Server | null;
    if (server === null) throw new Error('emulate made no server');
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
    const { address, port } = server.address() as AddressInfo;
    if (address !== '127.0.0.1') throw new Error(`emulate listens on ${address}`);
    return { port, close: () => emulator.close() };
  } finally {
    Server.prototype.listen = usual;
  }
}
