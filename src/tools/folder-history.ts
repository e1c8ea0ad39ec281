/** The first-parent history of folders, read from git once: which commit changed what below which folder. */
import { isShallow, pathPrefix, requireSuccess, resolveCommit } from './history.ts';
import { type Environment, runGit } from './run.ts';

export interface FolderCommit {
  readonly id: string;
  /** Committer date, RFC 3339 in UTC. */
  readonly date: string;
  readonly subject: string;
}

export interface FolderHistory {
  /** Commits that changed a path at or below a file or folder, newest first. */
  readonly commits: (path: string) => readonly FolderCommit[];
  /** False when a shallow clone hides what came before: what the oldest commit seems to have made is left out. */
  readonly complete: boolean;
}

/** Reads the history of everything below `paths` on a revision's first parents. One process, whatever is asked later. */
export function folderHistory(
  root: string,
  revision: string,
  paths: readonly string[],
  env?: Environment,
): FolderHistory {
  const commit = resolveCommit(root, revision, env);
  const prefix = pathPrefix(root, env);
  const shallow = isShallow(root, env);
  const result = runGit(
    root,
    [
      'log',
      '--first-parent',
      '-m',
      '-z',
      '--no-renames',
      '--name-only',
      '--format=%x01%H%x09%ct%x09%P%x09%s',
      commit,
      '--',
      ...paths,
    ],
    { env },
  );
  requireSuccess(result, 'read the history of the channels');
  const commits: { readonly commit: FolderCommit; readonly paths: readonly string[] }[] = [];
  for (const block of result.stdout.toString('utf8').split('\u0001').slice(1)) {
    const [head = '', ...changed] = block.split('\0');
    const [id = '', seconds = '0', parents = '', ...subject] = head.split('\t');
    // The oldest commit of a shallow clone seems to have made all that it has.
    if (shallow && parents === '') continue;
    const date = new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z');
    commits.push({
      commit: { id, date, subject: subject.join('\t') },
      paths: changed
        .map((path) => path.replace(/^\n/, ''))
        .filter((path) => path !== '')
        .map((path) => path.slice(prefix.length)),
    });
  }
  return { commits: index(commits), complete: !shallow };
}

/** Every folder above a changed path has the commit too: built once, asked often. */
function index(
  commits: readonly { readonly commit: FolderCommit; readonly paths: readonly string[] }[],
): (path: string) => readonly FolderCommit[] {
  const byPath = new Map<string, FolderCommit[]>();
  for (const { commit, paths } of commits) {
    const touched = new Set<string>();
    for (const path of paths) {
      for (let at = path; at !== '' && !touched.has(at); at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
        touched.add(at);
      }
    }
    for (const path of touched) {
      const list = byPath.get(path);
      if (list) list.push(commit);
      else byPath.set(path, [commit]);
    }
  }
  return (path) => byPath.get(path) ?? [];
}
