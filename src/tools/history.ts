/** What weir asks git: revisions, merge bases, histories of folders. Objects are read, nothing is checked out. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Problem, UserError } from '../errors.ts';
import { type Environment, type GitResult, runGit } from './run.ts';

/** One commit of a history. */
export interface Commit {
  readonly id: string;
  /** Committer date, RFC 3339 in UTC. */
  readonly date: string;
  /** First line of the message. */
  readonly subject: string;
  /**
   * True for the oldest commit of a shallow clone: it seems to have made everything that it has, and did not. What it
   * says of dates is a lower bound.
   */
  readonly boundary: boolean;
}

export interface History {
  /** Newest first. */
  readonly commits: readonly Commit[];
  /** False when a shallow clone hides what came before: "could not check", never "nothing before". */
  readonly complete: boolean;
}

/**
 * The full id of a commit. Throws {@link UserError} when `root` is no git work tree, or the revision is not here.
 * @param revision a branch, tag, commit or expression such as `HEAD~1`
 */
export function resolveCommit(root: string, revision: string, env?: Environment): string {
  checkRevision(revision);
  const result = runGit(root, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], { env });
  const id = result.stdout.toString('utf8').trim();
  if (result.status === 0 && /^[0-9a-f]{40,64}$/.test(id)) return id;
  checkRepository(root, env);
  throw fail(`git knows no revision ${JSON.stringify(revision)} here`, missingRevisionHint(root, revision, env));
}

/** The commit from which two revisions part: what a pull request is compared with. */
export function mergeBase(root: string, first: string, second: string, env?: Environment): string {
  const [a, b] = [resolveCommit(root, first, env), resolveCommit(root, second, env)];
  const result = runGit(root, ['merge-base', a, b], { env });
  const id = result.stdout.toString('utf8').split('\n')[0] ?? '';
  if (result.status === 0 && id !== '') return id;
  const hint = isShallow(root, env)
    ? 'this clone is shallow: fetch more history (git fetch --unshallow; in GitHub Actions, "fetch-depth: 0")'
    : 'they share no history: name another base';
  throw fail(`${first} and ${second} have no common ancestor here`, hint);
}

/** Whether history is cut off. */
export function isShallow(root: string, env?: Environment): boolean {
  return runGit(root, ['rev-parse', '--is-shallow-repository'], { env }).stdout.toString('utf8').trim() === 'true';
}

/**
 * First-parent commits of `revision` that changed anything at `paths`: on a default branch, what was merged when. All
 * commits when there are no paths.
 */
export function history(
  root: string,
  options: { readonly revision: string; readonly paths: readonly string[]; readonly limit?: number },
  env?: Environment,
): History {
  const commit = resolveCommit(root, options.revision, env);
  const boundaries = shallowBoundaries(root, env);
  const limit = options.limit === undefined ? [] : [`--max-count=${options.limit}`];
  const result = runGit(
    root,
    ['log', '--first-parent', '-z', '--format=%H%x09%ct%x09%s', ...limit, commit, '--', ...options.paths],
    { env },
  );
  requireSuccess(result, 'read the history');
  const commits = result.stdout
    .toString('utf8')
    .split('\0')
    .filter((line) => line !== '')
    .map((line): Commit => {
      const [id = '', seconds = '0', ...subject] = line.split('\t');
      const date = new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z');
      return { id, date, subject: subject.join('\t'), boundary: boundaries.has(id) };
    });
  // Cut off by the limit is the caller's wish; cut off by the clone is not.
  const complete = boundaries.size === 0 || !reachesBoundary(root, commit, boundaries, env);
  return { commits, complete };
}

/**
 * Object ids of one path in several commits: equal ids mean equal content. Undefined where the commit has no such path.
 * @param commits full commit ids
 */
export function objectIds(
  root: string,
  commits: readonly string[],
  path: string,
  env?: Environment,
): ReadonlyMap<string, string | undefined> {
  if (commits.length === 0) return new Map();
  const prefix = pathPrefix(root, env);
  const input = commits.map((commit) => `${commit}:${prefix}${path}\n`).join('');
  const result = runGit(root, ['cat-file', '--batch-check=%(objectname)'], { env, input });
  requireSuccess(result, 'look up objects');
  const lines = result.stdout.toString('utf8').split('\n');
  return new Map(
    commits.map((commit, index) => {
      const line = lines[index] ?? '';
      return [commit, /^[0-9a-f]{40,64}$/.test(line) ? line : undefined];
    }),
  );
}

/** Paths at or below `paths` that differ from the last commit or are untracked, relative to `root`, sorted. */
export function uncommitted(root: string, paths: readonly string[], env?: Environment): readonly string[] {
  const prefix = pathPrefix(root, env);
  const result = runGit(
    root,
    [
      'status',
      '--porcelain=v1',
      '-z',
      '--no-renames',
      '--untracked-files=all',
      '--ignore-submodules=all',
      '--',
      ...paths,
    ],
    { env },
  );
  requireSuccess(result, 'read the state of the work tree');
  return result.stdout
    .toString('utf8')
    .split('\0')
    .filter((line) => line.length > 3)
    .map((line) => line.slice(3 + prefix.length))
    .sort();
}

/** The branch that pull requests go to, as a revision: the remote's default branch, else `main` or `master`. */
export function defaultBranch(root: string, env?: Environment): string | undefined {
  const remote = runGit(root, ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD'], { env });
  const candidates = [remote.stdout.toString('utf8').trim(), 'origin/main', 'origin/master', 'main', 'master'];
  return candidates.find(
    (name) =>
      name !== '' && runGit(root, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], { env }).status === 0,
  );
}

/** The folder of `root` inside the git work tree, with a slash at its end; empty at the top. */
export function pathPrefix(root: string, env?: Environment): string {
  const result = runGit(root, ['rev-parse', '--show-prefix'], { env });
  if (result.status !== 0) checkRepository(root, env);
  return result.stdout.toString('utf8').replace(/\n$/, '');
}

/** An error of git that the caller did not expect, in words. */
export function requireSuccess(result: GitResult, what: string): void {
  if (result.status === 0) return;
  if (/lazy fetch|promisor/.test(result.stderr)) throw fail(`git could not ${what}`, partialCloneHint);
  throw fail(`git could not ${what}`, firstLine(result.stderr));
}

/** A clone with a filter lacks objects, and weir talks to no server. */
export const partialCloneHint =
  'this clone was made with a filter and lacks files: git fetch --refetch --no-filter, or clone without one';

function checkRevision(revision: string): void {
  // Never an option, a range or several arguments.
  if (revision === '' || revision.startsWith('-') || /[\s\u0000-\u001f]|\.\./.test(revision)) {
    throw fail(`${JSON.stringify(revision)} is no revision`, 'name a branch, a tag or a commit');
  }
}

function checkRepository(root: string, env: Environment | undefined): void {
  const result = runGit(root, ['rev-parse', '--is-inside-work-tree'], { env });
  if (result.status === 0) return;
  const hint = /dubious ownership/.test(result.stderr)
    ? 'it belongs to another user: git config --global --add safe.directory <path>'
    : 'run weir inside a clone, or without a base revision';
  throw fail(`${root} is no git work tree`, hint);
}

function missingRevisionHint(root: string, revision: string, env: Environment | undefined): string {
  if (isShallow(root, env)) {
    return 'this clone is shallow: fetch it first (git fetch origin <branch>; in GitHub Actions, "fetch-depth: 0")';
  }
  return revision.includes('/') ? 'fetch it first: git fetch' : 'is it spelled right, and fetched?';
}

function shallowBoundaries(root: string, env: Environment | undefined): ReadonlySet<string> {
  if (!isShallow(root, env)) return new Set();
  const path = runGit(root, ['rev-parse', '--git-path', 'shallow'], { env });
  requireSuccess(path, 'find where the history is cut off');
  const file = resolve(root, path.stdout.toString('utf8').replace(/\n$/, ''));
  // One commit id a line: git's own record of the commits whose parents it does not have.
  return new Set(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
}

function reachesBoundary(
  root: string,
  commit: string,
  boundaries: ReadonlySet<string>,
  env: Environment | undefined,
): boolean {
  const result = runGit(root, ['rev-list', '--first-parent', '--max-parents=0', commit], { env });
  requireSuccess(result, 'find where the history is cut off');
  return result.stdout
    .toString('utf8')
    .split('\n')
    .some((id) => boundaries.has(id));
}

function fail(message: string, hint: string): UserError {
  const problem: Problem = { message: hint === '' ? message : `${message}; ${hint}` };
  return new UserError([problem]);
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/^(fatal|error): /, '');
}
