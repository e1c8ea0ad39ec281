/** Commits what a command wrote, and nothing else. */
import { UserError } from '../errors.ts';
import { type Environment, runGit } from './run.ts';

/** Commits exactly these paths with a message. Throws {@link UserError} when git refuses (no identity, a conflict). */
export function commitPaths(root: string, paths: readonly string[], message: string, env?: Environment): void {
  const list = `${paths.join('\0')}\0`;
  const add = runGit(root, ['add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'], { env, input: list });
  if (add.status !== 0) throw new UserError([{ message: `git cannot add what was written: ${add.stderr.trim()}` }]);
  const commit = runGit(
    root,
    ['commit', '--quiet', '--message', message, '--only', '--pathspec-from-file=-', '--pathspec-file-nul'],
    { env, input: list },
  );
  if (commit.status !== 0) {
    throw new UserError([
      {
        message: `everything is written, but git cannot commit it: ${commit.stderr.trim() || commit.stdout.toString('utf8').trim()}`,
      },
    ]);
  }
}
