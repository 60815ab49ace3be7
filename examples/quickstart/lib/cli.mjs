// shopctl: parse, run one command, print one answer.
import { parseArguments, usage } from './arguments.mjs';
import { runCommand } from './commands.mjs';
import { errorDocument, exitCodes } from './errors.mjs';
import { describe } from './text.mjs';

/** Exit codes: 0 done, 1 failed, 2 usage, 3 not running or not found, 4 refused. Ends by SIGTERM: the outcome is unknown. */
export async function main(words) {
  const code = await runLine(words, {
    env: process.env,
    cwd: process.cwd(),
    answer: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
  });
  // An exit code other than 0 promises that nothing was changed. Where that is not known, no code is given.
  if (code === null) process.kill(process.pid, 'SIGTERM');
  else process.exitCode = code;
}

/** One command line. answer and complain take what is to be written. The exit code; null where the outcome is unknown. */
export async function runLine(words, { env, cwd, answer, complain }) {
  if (words.some((word) => word === '--help') || words[0] === 'help') {
    answer(usage);
    return 0;
  }
  const json = words.includes('--json');
  try {
    const request = parseArguments(words, { env, cwd });
    await runCommand(request, (document) => {
      answer(request.json ? `${JSON.stringify(document)}\n` : describe(request.command, document));
    });
    return 0;
  } catch (error) {
    const document = errorDocument(error);
    if (json) answer(`${JSON.stringify(document)}\n`);
    const { message, hint, type } = document.error;
    complain(`shopctl: ${message}${hint ? `\n  ${hint}` : ''}\n`);
    return type === 'unknown' ? null : (exitCodes[type] ?? 1);
  }
}
