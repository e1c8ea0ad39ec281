/**
 * What `weir compile` knows of its last run: for each cluster a digest of everything that its output is made from, and
 * how its files under `out/` looked to the file system then. A cluster for which both still hold has nothing to do, and
 * is neither loaded nor compiled.
 *
 * The index lies in `.weir/cache/`, is ignored by git, and may be deleted at any time. A planted one cannot be believed:
 * it would have to know inode numbers and change times of files that a checkout makes later.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceTree } from '../model.ts';

/** What one cluster's output depends on. */
export interface ClusterInputs {
  readonly name: string;
  readonly digest: string;
}

interface Entry {
  readonly digest: string;
  /** `id` of the cluster, which is unique in the fleet. */
  readonly id: string;
  readonly artifacts: number;
  /** Directories and files of the cluster's folder, relative to it; `''` for the folder. */
  readonly paths: readonly string[];
  /** Digest of what the file system says of the paths. */
  readonly stats: string;
}

const folder = '.weir/cache';
const fileName = 'fleet.json';
const version = 1;

/**
 * A file that changed so shortly before it was looked at may change again without a trace, within the resolution of
 * the file system's clock.
 */
const settledMilliseconds = 100;

export class FleetIndex {
  readonly #root: string;
  readonly #entries: Map<string, Entry>;

  private constructor(root: string, entries: Map<string, Entry>) {
    this.#root = root;
    this.#entries = entries;
  }

  /** The index of a repository; empty when there is none, or none that can be read. */
  static open(root: string): FleetIndex {
    return new FleetIndex(root, readEntries(join(root, folder, fileName)));
  }

  /** Number of artifacts of a cluster whose output is what it should be; undefined when that is not certain. */
  fresh({ name, digest }: ClusterInputs): number | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.digest !== digest) return undefined;
    return describePaths(join(this.#root, 'out', name), entry.paths)?.stats === entry.stats
      ? entry.artifacts
      : undefined;
  }

  /** The `id` of a cluster as it was recorded. */
  idOf(name: string): string | undefined {
    return this.#entries.get(name)?.id;
  }

  /** Keeps how a cluster's output looks now, when it was just written or found right. */
  record({ name, digest }: ClusterInputs, id: string, artifacts: number): void {
    const root = join(this.#root, 'out', name);
    const paths = listPaths(root);
    const described = describePaths(root, paths);
    if (described === undefined || Date.now() - described.newest < settledMilliseconds) this.#entries.delete(name);
    else this.#entries.set(name, { digest, id, artifacts, paths, stats: described.stats });
  }

  /** Writes the index for the given clusters. What cannot be written is not kept: the next run does the work again. */
  save(names: readonly string[]): void {
    const entries = names.flatMap((name) => {
      const entry = this.#entries.get(name);
      return entry === undefined ? [] : [[name, entry] as const];
    });
    try {
      mkdirSync(join(this.#root, folder), { recursive: true });
      const path = join(this.#root, folder, fileName);
      writeFileSync(`${path}.new`, JSON.stringify({ version, entries }));
      renameSync(`${path}.new`, path);
    } catch {
      // A cache that cannot be kept costs time, not correctness.
    }
  }
}

function readEntries(path: string): Map<string, Entry> {
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown; entries?: unknown };
    if (stored.version !== version || !Array.isArray(stored.entries)) return new Map();
    return new Map(stored.entries.filter(isEntry));
  } catch {
    return new Map();
  }
}

function isEntry(pair: unknown): pair is readonly [string, Entry] {
  if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'object' || pair[1] === null)
    return false;
  const entry = pair[1] as Partial<Entry>;
  return (
    typeof entry.digest === 'string' &&
    typeof entry.id === 'string' &&
    typeof entry.artifacts === 'number' &&
    typeof entry.stats === 'string' &&
    Array.isArray(entry.paths) &&
    entry.paths.every((each) => typeof each === 'string')
  );
}

/** Every directory and file below a folder, and the folder itself as `''`; nothing when it is not there. */
function listPaths(root: string): readonly string[] {
  const paths: string[] = [];
  const walk = (relative: string): void => {
    paths.push(relative);
    for (const entry of readdirSync(join(root, relative), { withFileTypes: true })) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else paths.push(path);
    }
  };
  try {
    walk('');
  } catch {
    return [];
  }
  return paths;
}

/**
 * What the file system says of paths: kind, size, inode and time of the last change of contents or name, which no
 * program sets at will. Directories tell by it whether a name came or went. Undefined when one is missing.
 */
function describePaths(
  root: string,
  paths: readonly string[],
): { readonly stats: string; readonly newest: number } | undefined {
  const hash = createHash('sha256');
  let newest = 0;
  for (const path of paths) {
    try {
      const { mode, size, ino, ctimeMs } = lstatSync(path === '' ? root : `${root}/${path}`);
      hash.update(`${mode} ${size} ${ino} ${ctimeMs}\n`);
      newest = Math.max(newest, ctimeMs);
    } catch {
      return undefined;
    }
  }
  // A cluster without output has no folder: then there must still be none.
  if (paths.length === 0) {
    try {
      lstatSync(root);
      return undefined;
    } catch {
      // As it should be.
    }
  }
  return { stats: hash.digest('hex'), newest };
}

/**
 * What each cluster's output is made from: the cluster's own files, everything that all clusters share (channels,
 * schemas that load reads, the tool itself), and nothing else. Undefined when a name is no plain file: load says so.
 */
export function digestInputs(
  tree: SourceTree,
  clusters: readonly string[],
  tool: string,
): readonly ClusterInputs[] | undefined {
  const shared = createHash('sha256').update(tool);
  const plain = ['channels', 'schemas/facts.schema.yaml', 'schemas/aws/instance-types.json'].every((path) =>
    digestTree(tree, path, shared),
  );
  if (!plain) return undefined;
  const common = shared.digest('hex');
  const inputs: ClusterInputs[] = [];
  for (const name of clusters) {
    const hash = createHash('sha256').update(common);
    for (const path of [`clusters/${name}.yaml`, `clusters/${name}.facts.yaml`]) {
      if (!digestTree(tree, path, hash)) return undefined;
    }
    inputs.push({ name, digest: hash.digest('hex') });
  }
  return inputs;
}

/** Adds a file, or everything below a directory, to a digest; false for a link or a device. */
function digestTree(tree: SourceTree, path: string, hash: ReturnType<typeof createHash>): boolean {
  const kind = tree.kind(path);
  if (kind === 'directory') {
    hash.update(`directory ${path}\n`);
    return tree.list(path).every((entry) => digestTree(tree, `${path}/${entry.name}`, hash));
  }
  if (kind !== 'file') {
    hash.update(`nothing ${path}\n`);
    return kind === undefined;
  }
  const bytes = tree.read(path) ?? new Uint8Array();
  hash.update(`file ${path} ${bytes.length}\n`).update(bytes);
  return true;
}

/** Digest of the program itself, as it is installed at `folder`: another build makes other bytes. */
export function digestProgram(root: URL): string {
  const hash = createHash('sha256');
  const walk = (directory: URL): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isDirectory()) walk(new URL(`${entry.name}/`, directory));
      else if (/\.(?:js|json)$/.test(entry.name)) {
        hash.update(`${entry.name}\n`).update(readFileSync(new URL(entry.name, directory)));
      }
    }
  };
  walk(root);
  return hash.digest('hex');
}
