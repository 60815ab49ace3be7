// shopctl: parse, run one command, print one answer.
import { parseArguments, usage } from './arguments.mjs';
import { runCommand } from './commands.mjs';
import { errorDocument, exitCodes } from './errors.mjs';
import { describe } from './text.mjs';

/** Exit codes: 0 done, 1 failed, 2 usage, 3 not running or not found, 4 refused. Ends by SIGTERM: the outcome is unknown. */
export async function main(words) {
  if (words.some((word) => word === '--help') || words[0] === 'help') {
    process.stdout.write(usage);
    return;
  }
  const json = words.includes('--json');
  try {
    const request = parseArguments(words, { env: process.env, cwd: process.cwd() });
    await runCommand(request, (answer) => {
      process.stdout.write(request.json ? `${JSON.stringify(answer)}\n` : describe(request.command, answer));
    });
  } catch (error) {
    const document = errorDocument(error);
    if (json) process.stdout.write(`${JSON.stringify(document)}\n`);
    const { message, hint, type } = document.error;
    process.stderr.write(`shopctl: ${message}${hint ? `\n  ${hint}` : ''}\n`);
    process.exitCode = exitCodes[type] ?? 1;
    // An exit code other than 0 promises that nothing was changed. Where that is not known, no code is given.
    if (type === 'unknown') process.kill(process.pid, 'SIGTERM');
  }
}
