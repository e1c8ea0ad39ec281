/** The work tree as a {@link SourceTree}: reading never leaves the root and never follows a symbolic link. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { InternalError, UserError } from '../errors.ts';
import type { EntryKind, SourceTree } from '../model.ts';
import { compareText } from './problems.ts';

/** Opens the work tree whose root is `root`. Throws {@link UserError} when that is no directory. */
export function openWorkTree(root: string): SourceTree {
  let real: string;
  try {
    real = realpathSync(root);
    if (!lstatSync(real).isDirectory()) throw new Error('not a directory');
  } catch {
    throw new UserError([{ message: `${root} is not a directory that can be read` }]);
  }
  return new WorkTree(real);
}

/** Throws unless `path` is relative, normal and inside the tree. The callers build paths; people do not. */
export function checkTreePath(path: string): void {
  if (path === '') return;
  const segments = path.split('/');
  if (
    path.includes('\\') ||
    path.includes('\0') ||
    segments.some((part) => part === '' || part === '.' || part === '..')
  ) {
    throw new InternalError(`not a path inside the tree: ${JSON.stringify(path)}`);
  }
}

class WorkTree implements SourceTree {
  readonly label = 'work tree';
  readonly #root: string;
  /** Directories known to be real directories, so that each is looked at once. */
  readonly #directories = new Set<string>(['']);

  constructor(root: string) {
    this.#root = root;
  }

  kind(path: string): EntryKind | undefined {
    checkTreePath(path);
    if (path === '') return 'directory';
    const slash = path.lastIndexOf('/');
    if (!this.#isDirectory(slash < 0 ? '' : path.slice(0, slash))) return undefined;
    const stats = this.#lstat(path);
    return stats && kindOf(stats);
  }

  list(directory: string): readonly { readonly name: string; readonly kind: EntryKind }[] {
    checkTreePath(directory);
    if (!this.#isDirectory(directory)) return [];
    return readdirSync(join(this.#root, directory), { withFileTypes: true })
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((a, b) => compareText(a.name, b.name));
  }

  read(path: string): Uint8Array | undefined {
    const kind = this.kind(path);
    if (kind === undefined) return undefined;
    if (kind === 'symlink')
      throw new UserError([{ message: `${path} is a symbolic link: weir does not follow links` }]);
    if (kind !== 'file') throw new UserError([{ message: `${path} is not a file` }]);
    // Opened without following a link, and without waiting for a pipe, even when it changed since the look above.
    let descriptor: number;
    try {
      descriptor = openSync(join(this.#root, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      throw new UserError([{ message: `${path} cannot be read: ${(error as Error).message}` }]);
    }
    try {
      if (!fstatSync(descriptor).isFile()) throw new UserError([{ message: `${path} is not a file` }]);
      return readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  /** False when there is none, or when a part of the path is a link or a file. */
  #isDirectory(path: string): boolean {
    if (this.#directories.has(path)) return true;
    const slash = path.lastIndexOf('/');
    if (!this.#isDirectory(slash < 0 ? '' : path.slice(0, slash))) return false;
    const stats = this.#lstat(path);
    if (!stats) return false;
    if (stats.isSymbolicLink()) {
      throw new UserError([{ message: `${path} is a symbolic link: weir does not follow links` }]);
    }
    if (!stats.isDirectory()) return false;
    this.#directories.add(path);
    return true;
  }

  #lstat(path: string): Stats | undefined {
    try {
      return lstatSync(join(this.#root, path), { throwIfNoEntry: false });
    } catch (error) {
      // A part of the path is a file, or a name is too long: there is no such entry.
      if (['ENOTDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw new UserError([{ message: `${path} cannot be read: ${(error as Error).message}` }]);
    }
  }
}

function kindOf(entry: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): EntryKind {
  if (entry.isSymbolicLink()) return 'symlink';
  if (entry.isDirectory()) return 'directory';
  return entry.isFile() ? 'file' : 'other';
}
