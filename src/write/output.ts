/** Artifacts -> `out/`. Only files whose bytes change are touched; only files that weir made are ever removed. */
import type { Problem } from '../errors.ts';
import { InternalError, UserError } from '../errors.ts';
import type { Artifact, SourceTree } from '../model.ts';
import { isGenerated, renderArtifact } from './artifact.ts';
import { diskFiles, type FileOperations } from './files.ts';
import { type FileChange, Transaction } from './journal.ts';

export interface OutputScope {
  /** The clusters that were compiled: their folders are made equal to the artifacts. */
  readonly clusters: readonly string[];
  /** Whether these are all clusters there are: then folders of other names are left over, and are removed. */
  readonly all: boolean;
}

/** One difference between the committed `out/` and a fresh compile. */
export interface StaleFile {
  /** Relative to the repository root. */
  readonly path: string;
  readonly cluster: string;
  readonly state: 'missing' | 'different' | 'left over';
}

export interface OutputResult {
  /** Files made or replaced. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Number of files whose bytes were right already. */
  readonly unchanged: number;
}

/** Makes `out/` equal to the artifacts. Throws {@link UserError} with all that stands in the way, having touched nothing. */
export function writeOutput(
  root: string,
  artifacts: readonly Artifact[],
  scope: OutputScope,
  files: FileOperations = diskFiles,
): OutputResult {
  const writer = new OutputWriter(root, files);
  writer.add(artifacts, scope.clusters);
  return writer.finish(scope.all);
}

/** Writes `out/` piece by piece: only the piece at hand is in memory, and nothing shows before the end. */
export class OutputWriter {
  readonly #reader: Reader;
  readonly #transaction: Transaction;
  readonly #builder: PlanBuilder;

  constructor(root: string, files: FileOperations = diskFiles) {
    this.#reader = diskReader(root, files);
    this.#transaction = new Transaction(root, { files });
    this.#builder = new PlanBuilder(this.#reader);
  }

  /** Prepares the folders of some clusters, given all their artifacts. Throws {@link UserError} when that fails. */
  add(artifacts: readonly Artifact[], clusters: readonly string[]): void {
    addClusters(this.#builder, artifacts, clusters);
    this.#stage();
  }

  /**
   * Makes everything that was added real. With `all`, other folders of `out/` are left over and go.
   * Throws {@link UserError} with all that stands in the way, having touched nothing.
   */
  finish(all: boolean): OutputResult {
    if (all) addLeftFolders(this.#builder, this.#reader);
    this.#stage();
    let plan: OutputPlan;
    try {
      plan = this.#builder.finish();
    } catch (error) {
      this.#transaction.discard();
      throw error;
    }
    this.#transaction.commit();
    return plan;
  }

  /** Forgets what was added. */
  discard(): void {
    this.#transaction.discard();
  }

  #stage(): void {
    const changes = this.#builder.takeChanges();
    // Nothing will be written any more: the rest is looked at for what else stands in the way.
    if (!this.#builder.failed) this.#transaction.stage(changes);
  }
}

/** The files by which a committed `out/` differs from the artifacts, sorted by path. Writes nothing. */
export function staleOutput(
  tree: Pick<SourceTree, 'kind' | 'list' | 'read'>,
  artifacts: readonly Artifact[],
  scope: OutputScope,
): readonly StaleFile[] {
  return planOutput(tree, artifacts, scope).stale;
}

/** As {@link staleOutput}, for the work tree at `root`. */
export function staleWorkTree(
  root: string,
  artifacts: readonly Artifact[],
  scope: OutputScope,
  files: FileOperations = diskFiles,
): readonly StaleFile[] {
  return staleOutput(diskReader(root, files), artifacts, scope);
}

// ---------------------------------------------------------------------------------------------- plan

interface OutputPlan extends OutputResult {
  readonly changes: readonly FileChange[];
  readonly stale: readonly StaleFile[];
}

type Reader = Pick<SourceTree, 'kind' | 'list' | 'read'>;

/** Exported for callers that commit the changes together with others. Throws {@link UserError}. */
export function planOutput(tree: Reader, artifacts: readonly Artifact[], scope: OutputScope): OutputPlan {
  const builder = new PlanBuilder(tree);
  addClusters(builder, artifacts, scope.clusters);
  if (scope.all) addLeftFolders(builder, tree);
  return builder.finish();
}

function addClusters(builder: PlanBuilder, artifacts: readonly Artifact[], names: readonly string[]): void {
  const wanted = new Map<string, Map<string, Artifact>>(names.map((name) => [name, new Map()]));
  for (const artifact of artifacts) {
    const path = `out/${artifact.cluster}/${artifact.path}`;
    const folder = wanted.get(artifact.cluster);
    if (folder === undefined) {
      throw new InternalError(`artifacts of ${artifact.cluster}, which is not among the clusters asked for`);
    }
    if (folder.has(path)) throw new InternalError(`two artifacts have the path ${path}`);
    folder.set(path, artifact);
  }
  for (const name of [...wanted.keys()].sort()) builder.addCluster(name, wanted.get(name) ?? new Map());
}

/** Folders of clusters that nobody added: nothing is wanted there. */
function addLeftFolders(builder: PlanBuilder, tree: Reader): void {
  for (const entry of tree.list('out')) {
    if (entry.kind === 'directory' && !builder.has(entry.name)) builder.addCluster(entry.name, new Map());
  }
}

class PlanBuilder {
  readonly #tree: Reader;
  readonly #clusters = new Set<string>();
  #changes: FileChange[] = [];
  readonly #stale: StaleFile[] = [];
  readonly #changed: string[] = [];
  readonly #removed: string[] = [];
  readonly #problems: Problem[] = [];
  #unchanged = 0;

  /** Throws {@link UserError} when `out` is there and no directory. */
  constructor(tree: Reader) {
    this.#tree = tree;
    const kind = tree.kind('out');
    if (kind !== undefined && kind !== 'directory') {
      throw new UserError([{ message: 'out is not a directory: remove it, then run `weir compile`.' }]);
    }
  }

  /** Whether something stands in the way already. */
  get failed(): boolean {
    return this.#problems.length > 0;
  }

  has(cluster: string): boolean {
    return this.#clusters.has(cluster);
  }

  /** The changes since the last call, for those who make them piece by piece. */
  takeChanges(): readonly FileChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  addCluster(cluster: string, wanted: ReadonlyMap<string, Artifact>): void {
    this.#clusters.add(cluster);
    const folder = `out/${cluster}`;
    const kind = this.#tree.kind(folder);
    if (kind !== undefined && kind !== 'directory') {
      this.#problems.push({ message: `${folder} is ${describe(kind)}, not a directory: remove it.` });
      return;
    }
    const seen = new Set<string>();
    if (kind === 'directory') this.#walk(cluster, folder, wanted, seen);
    for (const [path, artifact] of wanted) {
      if (seen.has(path)) continue;
      this.#write(cluster, path, renderArtifact(artifact), 'missing');
    }
  }

  #walk(cluster: string, directory: string, wanted: ReadonlyMap<string, Artifact>, seen: Set<string>): void {
    for (const entry of this.#tree.list(directory)) {
      const path = `${directory}/${entry.name}`;
      if (entry.kind === 'directory') {
        this.#walk(cluster, path, wanted, seen);
        continue;
      }
      if (entry.kind !== 'file') {
        this.#problems.push({
          message: `${path} is ${describe(entry.kind)}; out/ has plain files and directories only: remove it.`,
        });
        continue;
      }
      const artifact = wanted.get(path);
      const bytes = this.#tree.read(path);
      if (bytes === undefined) continue;
      seen.add(path);
      if (artifact !== undefined) {
        const text = renderArtifact(artifact);
        if (equalText(bytes, text)) {
          this.#unchanged++;
          continue;
        }
        if (isGenerated(bytes)) this.#write(cluster, path, text, 'different');
        else this.#foreign(path);
      } else if (isGenerated(bytes)) {
        this.#changes.push({ path, remove: true });
        this.#stale.push({ path, cluster, state: 'left over' });
        this.#removed.push(path);
      } else {
        this.#foreign(path);
      }
    }
  }

  #write(cluster: string, path: string, text: string, state: 'missing' | 'different'): void {
    this.#changes.push({ path, bytes: text });
    this.#stale.push({ path, cluster, state });
    this.#changed.push(path);
  }

  #foreign(path: string): void {
    this.#problems.push({
      message: `${path} was not made by weir, which owns its folder: move it elsewhere (a file of weir begins with "# Generated by weir from").`,
    });
  }

  finish(): OutputPlan {
    if (this.#problems.length > 0) throw new UserError(this.#problems);
    return {
      changes: this.#changes,
      stale: this.#stale.sort((a, b) => (a.path < b.path ? -1 : 1)),
      changed: this.#changed.sort(),
      removed: this.#removed.sort(),
      unchanged: this.#unchanged,
    };
  }
}

function describe(kind: string): string {
  return kind === 'symlink' ? 'a symbolic link' : kind === 'file' ? 'a file' : 'no regular file';
}

function equalText(bytes: Uint8Array, text: string): boolean {
  // A string has at least as many bytes as code units, and at most three times as many.
  if (bytes.length < text.length || bytes.length > text.length * 3) return false;
  return Buffer.from(text).equals(bytes);
}

/** The tree at `root` as it stands on the disk. */
function diskReader(root: string, files: FileOperations): Reader {
  return {
    kind: (path) => files.kind(`${root}/${path}`),
    list: (path) => files.list(`${root}/${path}`),
    read: (path) => files.read(`${root}/${path}`),
  };
}
