#!/usr/bin/env node
import { exitCodeOf, runCommandLine } from './runCommandLine.ts';

process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  // A reader that closes early, as head does, ends the command and is no error.
  if (code === 'EPIPE') process.exit();
  process.stderr.write(
    `metamer: standard output must take what is printed, writing to it failed (${code}); make room or direct it elsewhere\n`,
  );
  process.exit(2);
});

process.on('uncaughtException', (error) => process.exit(exitCodeOf(error)));

process.exitCode = await runCommandLine(process.argv.slice(2));
