// A daemon as far as its lock goes: takes it, says so, and holds it until killed or told to release.
import { takeDaemonLock } from '../../../src/store/daemon-lock.ts';

const [stateDir = ''] = process.argv.slice(2);
try {
  const lock = takeDaemonLock(stateDir);
  console.log('taken');
  process.stdin.once('data', () => {
    lock.release();
    console.log('released');
    process.exit(0);
  });
} catch (error) {
  console.log(`refused ${(error as { type?: string }).type}`);
}
