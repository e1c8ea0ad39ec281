/** A git revision as a {@link SourceTree}: objects are read in batches, nothing is checked out. */
import { UserError } from '../errors.ts';
import type { EntryKind, SourceTree } from '../model.ts';
import { partialCloneHint, pathPrefix, requireSuccess, resolveCommit } from './history.ts';
import { type Environment, runGit } from './run.ts';

/** A tree of a commit. */
export interface RevisionTree extends SourceTree {
  /** Full id. */
  readonly commit: string;
  /** Object id of a file: equal ids mean equal bytes, without reading them. */
  objectId(path: string): string | undefined;
}

/** Bytes that one batch reads ahead: few processes, bounded memory. */
const batchSize = 32 << 20;

/** The largest file that is read: sources and output are far below it. */
const largestFile = 64 << 20;

interface Entry {
  readonly kind: EntryKind;
  /** Object id; empty for directories. */
  readonly id: string;
  /** Bytes; 0 for what is no file. */
  readonly size: number;
}

/**
 * Opens the tree of `revision` below `root`, which may be a folder of the git work tree. One process lists it, and one
 * reads each batch of files. Throws {@link UserError} when the revision is not here.
 */
export function openRevision(root: string, revision: string, env?: Environment): RevisionTree {
  const commit = resolveCommit(root, revision, env);
  const prefix = pathPrefix(root, env);
  const label = revision === commit ? commit.slice(0, 12) : `${revision} (${commit.slice(0, 12)})`;
  const treeish = prefix === '' ? commit : `${commit}:${prefix.replace(/\/$/, '')}`;
  const listed = runGit(root, ['ls-tree', '-r', '-l', '-z', '--full-tree', treeish], { env });
  // A folder that the commit does not have is an empty tree.
  if (listed.status !== 0 && prefix !== '') return new GitTree(root, label, commit, new Map(), env);
  requireSuccess(listed, `list ${label}`);
  return new GitTree(root, label, commit, parseListing(listed.stdout), env);
}

function parseListing(output: Buffer): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  let start = 0;
  for (let end = output.indexOf(0); end >= 0; end = output.indexOf(0, start)) {
    // <mode> SP <type> SP <object> SP+ <size> TAB <path>
    const line = output.toString('utf8', start, end);
    start = end + 1;
    const tab = line.indexOf('\t');
    const [mode = '', , id = '', size = '0'] = line.slice(0, tab).split(/ +/);
    const path = line.slice(tab + 1);
    const kind = isNormal(path) ? kindOfMode(mode) : 'other';
    entries.set(path, { kind, id, size: kind === 'file' ? Number(size) : 0 });
  }
  return entries;
}

/** A crafted tree can have names that no checkout would make. */
function isNormal(path: string): boolean {
  return !path.includes('\\') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function kindOfMode(mode: string): EntryKind {
  if (mode.startsWith('100')) return 'file';
  return mode === '120000' ? 'symlink' : 'other';
}

class GitTree implements RevisionTree {
  readonly label: string;
  readonly commit: string;
  readonly #root: string;
  readonly #env: Environment | undefined;
  readonly #entries: ReadonlyMap<string, Entry>;
  /** Files in path order: readers go that way, and so do batches. */
  readonly #files: readonly string[];
  readonly #directories = new Map<string, Map<string, EntryKind>>([['', new Map()]]);
  readonly #contents = new Map<string, Uint8Array>();

  constructor(
    root: string,
    label: string,
    commit: string,
    entries: ReadonlyMap<string, Entry>,
    env: Environment | undefined,
  ) {
    this.#root = root;
    this.label = label;
    this.commit = commit;
    this.#entries = entries;
    this.#env = env;
    this.#files = [...entries]
      .filter(([, entry]) => entry.kind === 'file')
      .map(([path]) => path)
      .sort();
    for (const [path, entry] of entries) this.#index(path, entry.kind);
  }

  kind(path: string): EntryKind | undefined {
    return this.#directories.has(path) ? 'directory' : this.#entries.get(path)?.kind;
  }

  list(directory: string): readonly { readonly name: string; readonly kind: EntryKind }[] {
    return [...(this.#directories.get(directory) ?? [])]
      .map(([name, kind]) => ({ name, kind }))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  objectId(path: string): string | undefined {
    return this.#entries.get(path)?.id;
  }

  read(path: string): Uint8Array | undefined {
    const kind = this.kind(path);
    if (kind === undefined) return undefined;
    if (kind === 'symlink') throw this.#fail(`${path} is a symbolic link in ${this.label}: weir does not follow links`);
    if (kind !== 'file') throw this.#fail(`${path} is not a file in ${this.label}`);
    const entry = this.#entries.get(path);
    if (entry && entry.size > largestFile)
      throw this.#fail(`${path} has ${entry.size} bytes in ${this.label}: too big`);
    const known = this.#contents.get(path);
    if (known) return known;
    this.#readBatch(path);
    return this.#contents.get(path);
  }

  /** Reads `first` and the files after it in its top folder, up to {@link batchSize}. */
  #readBatch(first: string): void {
    const top = first.slice(0, first.indexOf('/') + 1);
    const batch: { readonly path: string; readonly id: string }[] = [];
    let bytes = 0;
    for (let index = lowerBound(this.#files, first); index < this.#files.length; index++) {
      const path = this.#files[index] ?? '';
      const entry = this.#entries.get(path);
      if (!entry || !path.startsWith(top)) break;
      if (this.#contents.has(path) || entry.size > largestFile) continue;
      if (batch.length > 0 && bytes + entry.size > batchSize) break;
      batch.push({ path, id: entry.id });
      bytes += entry.size;
    }
    const input = batch.map(({ id }) => `${id}\n`).join('');
    const result = runGit(this.#root, ['cat-file', '--batch'], { env: this.#env, input });
    requireSuccess(result, `read ${this.label}`);
    let at = 0;
    for (const { path } of batch) {
      // <object> SP blob SP <size> LF <bytes> LF, or <object> SP missing LF
      const end = result.stdout.indexOf(10, at);
      const [, type, size = '0'] = result.stdout.toString('latin1', at, end).split(' ');
      if (type !== 'blob') {
        throw this.#fail(`${path} of ${this.label} is not here; ${partialCloneHint}`);
      }
      const start = end + 1;
      this.#contents.set(path, new Uint8Array(result.stdout.subarray(start, start + Number(size))));
      at = start + Number(size) + 1;
    }
  }

  #index(path: string, kind: EntryKind): void {
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? '' : path.slice(0, slash);
    let names = this.#directories.get(parent);
    if (!names) {
      names = new Map();
      this.#directories.set(parent, names);
      this.#index(parent, 'directory');
    }
    names.set(path.slice(slash + 1), kind);
  }

  #fail(message: string): UserError {
    return new UserError([{ message }]);
  }
}

/** Index of the first element that is not below `wanted`. */
function lowerBound(sorted: readonly string[], wanted: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
