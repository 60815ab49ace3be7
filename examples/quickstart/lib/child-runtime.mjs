// What every process under the supervisor has in common: it says when it is ready, ends when told,
// and ends at once when the supervisor is gone, however that died.
import { openLog } from './log-file.mjs';

/** main(options, log) returns { port?, stop(), onMessage?(message) }. Options come as JSON in the first argument. */
export async function runChild(main) {
  process.on('disconnect', () => process.exit(0));
  if (!process.connected) process.exit(0);
  // Ctrl-C reaches every process of a terminal; the order of stopping is the supervisor's business.
  process.on('SIGINT', () => {});
  const options = JSON.parse(process.argv[2] ?? '{}');
  process.title = `shop ${options.name}`;
  const log = openLog(options.log);
  const die = (error) => {
    log.error(`died: ${error.stack ?? error}`);
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);

  const { port = null, stop, onMessage = () => {} } = await main(options, log);
  let stopping = false;
  const end = async () => {
    if (stopping) return;
    stopping = true;
    await stop();
    log.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('message', (message) => (message.type === 'stop' ? end() : onMessage(message)));
  process.send({ type: 'ready', port });
}
