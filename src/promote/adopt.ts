/** Records for units that have none: found by content in the source's history. */
import type { Repository, SourceTree, Unit } from '../model.ts';
import { fileDigest, folderDigest } from './digest.ts';
import { type PromotionRecord, readRecord } from './record.ts';
import { type ChannelHistory, channelOrder, sourceOf } from './status.ts';

export interface AdoptRequest {
  readonly repository: Repository;
  readonly channel?: string;
  readonly history: ChannelHistory;
  readonly closure: (unit: Unit) => readonly string[];
  /** git's object ids of one path in several commits: equal ids mean equal content. */
  readonly objectIds: (commits: readonly string[], path: string) => ReadonlyMap<string, string | undefined>;
  /** The commit whose state of the target is compared. */
  readonly head: string;
}

export interface Adopted {
  readonly channel: string;
  readonly unit: string;
  readonly record?: PromotionRecord;
  readonly why?: string;
}

/** One entry for every unit without a record, with the record to write or why there is none. */
export function adoptRecords(request: AdoptRequest): readonly Adopted[] {
  const { repository } = request;
  return channelOrder(repository.channels).flatMap((name): readonly Adopted[] => {
    const source = sourceOf(repository.channels, name);
    if (!source || (request.channel !== undefined && request.channel !== name)) return [];
    return [...repository.channels.get(name)!.units.values()]
      .filter((unit) => readRecord(repository.tree, name, unit.name) === undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((unit) => adoptUnit(request, unit, source.name));
  });
}

function adoptUnit(request: AdoptRequest, unit: Unit, from: string): Adopted {
  const { tree } = request.repository;
  const base = { channel: unit.channel, unit: unit.name };
  const sourceFolder = unit.folder.replace(`channels/${unit.channel}/`, `channels/${from}/`);
  const commits = request.history.commits(sourceFolder);
  const wanted = request.objectIds([request.head], unit.folder).get(request.head);
  if (wanted === undefined) return { ...base, why: 'not committed yet: commit it first' };
  const ids = request.objectIds(
    commits.map((commit) => commit.id),
    sourceFolder,
  );
  const match = commits.find((commit) => ids.get(commit.id) === wanted);
  if (!match) {
    return request.history.complete
      ? base
      : { ...base, why: 'not found in this shallow clone: fetch more history, or it was edited by hand' };
  }
  const digest = folderDigest(tree, unit.folder)!;
  return {
    ...base,
    record: {
      unit: unit.name,
      from,
      commit: match.id,
      date: match.date,
      digest,
      source: digest,
      library: libraryDigests(tree, unit, request.closure),
      overridden: [],
    },
  };
}

/** Digests of the target's own library files: what it was left with. */
function libraryDigests(
  tree: SourceTree,
  unit: Unit,
  closure: (unit: Unit) => readonly string[],
): Readonly<Record<string, string>> {
  const prefix = `channels/${unit.channel}/lib/`;
  return Object.fromEntries(closure(unit).map((path) => [path.slice(prefix.length), fileDigest(tree, path) ?? '']));
}
