#!/usr/bin/env node
/** argv -> command. The only user of the process and of the console, and the only exit. */
import { Command, CommanderError } from 'commander';
import type { ExitStatus, Io } from './commands/shared/io.ts';
import { formatProblem, InternalError, UsageError, UserError } from './errors.ts';

const io: Io = {
  cwd: process.cwd(),
  env: process.env,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  columns: process.stdout.columns ?? 100,
  color: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
};

process.exitCode = await main(process.argv);

async function main(argv: readonly string[]): Promise<ExitStatus> {
  const program = buildProgram();
  try {
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    return explainFailure(error);
  }
}

function buildProgram(): Command {
  const program = new Command('weir')
    .description(
      'Merges each cluster overlay with its channel defaults, compiles Jsonnet into CloudFormation templates and\n' +
        'Kubernetes manifests under out/, validates them, and shows what a change does to which clusters.',
    )
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(weir --help shows the commands; weir <command> --help shows one)')
    .helpCommand('help [command]', 'show the help of a command');

  return program;
}

function explainFailure(error: unknown): ExitStatus {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    for (const problem of error.problems) io.err(`error: ${formatProblem(problem)}\n`);
    const count = error.problems.length;
    io.err(count === 1 ? '1 error\n' : `${count} errors\n`);
    return 1;
  }
  if (error instanceof UsageError) {
    io.err(`error: ${error.message}\n`);
    return 2;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const kind = error instanceof InternalError ? 'A state that weir excludes' : 'An error that weir did not expect';
  io.err(`${kind}: this is our fault, please report it with the lines below.\n${detail}\n`);
  return 2;
}
