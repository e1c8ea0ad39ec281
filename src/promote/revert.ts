/** The way back: a unit as it was before its last promotion. */
import type { Channel, Repository, SourceTree } from '../model.ts';
import { fileDigest, filesOf, folderDigest } from './digest.ts';
import type { LibraryMove, UnitMove } from './plan.ts';
import { readRecord, recordPath } from './record.ts';
import type { ChannelHistory } from './status.ts';

export interface RevertRequest {
  readonly repository: Repository;
  readonly to: Channel;
  readonly units: readonly string[];
  readonly history: ChannelHistory & { readonly revision: string };
  /** Paths with changes that are not committed. */
  readonly uncommitted: ReadonlySet<string>;
  readonly revision: (commit: string) => SourceTree | undefined;
  /** Units whose edits after the promotion may be lost. */
  readonly forced: ReadonlySet<string>;
}

export interface RevertPlan {
  readonly units: readonly UnitMove[];
  readonly library: readonly LibraryMove[];
  readonly refused: readonly string[];
  /** Records among them. */
  readonly files: ReadonlyMap<string, Uint8Array | undefined>;
}

/** Plans taking back the last promotion of each unit: folder, record, and library files that came with it. */
export function planRevert(request: RevertRequest): RevertPlan {
  const { repository, to } = request;
  const { tree } = repository;
  const refused: string[] = [];
  const files = new Map<string, Uint8Array | undefined>();
  const library = new Map<string, string[]>();
  const units = [...new Set(request.units)].sort().map((name): UnitMove => {
    const path = recordPath(to.name, name);
    const found = readRecord(tree, to.name, name);
    const record = found && 'digest' in found ? found : undefined;
    const before = stateBefore(request, path);
    const folder = to.units.get(name)?.folder ?? folderIn(before, to.name, name);
    if (before === undefined || folder === undefined) {
      refused.push(
        found === undefined
          ? `${name} has no record in ${to.name}: it was never promoted`
          : `the state of ${name} before its promotion is not in this clone: fetch more history`,
      );
      return { unit: name, kind: 'same', commits: [], images: [] };
    }
    const current = folderDigest(tree, folder);
    if (record && current !== undefined && current !== record.digest && !request.forced.has(name)) {
      refused.push(`${name} was edited in ${to.name} after its promotion: --take-source ${name} loses the edit`);
    }
    restore(tree, before, folder, files);
    restoreFile(tree, before, path, files);
    for (const [file, digest] of Object.entries(record?.library ?? {})) {
      const at = `channels/${to.name}/lib/${file}`;
      // A later promotion moved it on: it is no longer this one's to take back.
      if (fileDigest(tree, at) !== digest || fileDigest(before, at) === digest) continue;
      if (isShared(request, name, file, digest)) continue;
      restoreFile(tree, before, at, files);
      const because = library.get(file);
      if (because) because.push(name);
      else library.set(file, [name]);
    }
    const after = folderDigest(before, folder);
    return {
      unit: name,
      kind: after === undefined ? 'remove' : current === undefined ? 'new' : after === current ? 'same' : 'update',
      ...(current === undefined ? {} : { before: current }),
      ...(after === undefined ? {} : { after }),
      commits: [],
      images: [],
    };
  });
  return {
    units,
    library: [...library]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, because]) => ({ name, kind: 'update', because, readers: [] })),
    refused,
    files,
  };
}

/** The tree before the record last changed: the last commit while the promotion is not committed, else its parent. */
function stateBefore(request: RevertRequest, path: string): SourceTree | undefined {
  if (request.uncommitted.has(path)) return request.revision('HEAD');
  const [last] = request.history.commits(path);
  return last ? request.revision(`${last.id}^`) : undefined;
}

/** A unit that was promoted with this one or after it, and that reads the same library file in this state, needs it. */
function isShared(request: RevertRequest, name: string, file: string, digest: string): boolean {
  return [...request.repository.channels.get(request.to.name)!.units.keys()].some((other) => {
    if (other === name || request.units.includes(other)) return false;
    const record = readRecord(request.repository.tree, request.to.name, other);
    return record !== undefined && 'library' in record && record.library[file] === digest;
  });
}

function folderIn(tree: SourceTree | undefined, channel: string, name: string): string | undefined {
  const candidates = ['components', 'stacks', 'node-pools'].map((kind) => `channels/${channel}/${kind}/${name}`);
  if (name === 'shared') candidates.push(`channels/${channel}/shared`);
  return candidates.find((folder) => tree?.kind(folder) === 'directory');
}

function restore(
  tree: SourceTree,
  before: SourceTree,
  folder: string,
  files: Map<string, Uint8Array | undefined>,
): void {
  const wanted = before.kind(folder) === 'directory' ? filesOf(before, folder) : [];
  const current = tree.kind(folder) === 'directory' ? filesOf(tree, folder) : [];
  for (const path of new Set([...wanted, ...current])) restoreFile(tree, before, `${folder}/${path}`, files);
}

function restoreFile(
  tree: SourceTree,
  before: SourceTree,
  path: string,
  files: Map<string, Uint8Array | undefined>,
): void {
  const old = before.kind(path) === 'file' ? before.read(path) : undefined;
  const now = tree.kind(path) === 'file' ? tree.read(path) : undefined;
  if (old && now && Buffer.compare(old, now) === 0) return;
  if (old === undefined && now === undefined) return;
  files.set(path, old);
}
