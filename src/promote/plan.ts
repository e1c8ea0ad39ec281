/** What a promotion would move, and why it may not. Pure: the command compiles, compares and checks what comes out. */
import type { Channel, Repository, SourceTree, Unit } from '../model.ts';
import { fileDigest, filesOf, folderDigest } from './digest.ts';
import { type PromotionRecord, readRecord } from './record.ts';
import type { ChannelHistory } from './status.ts';

/** What to do with an edit that was made in the target by hand. */
export type ConflictChoice = 'source' | 'keep' | 'merge';

export interface PromotionRequest {
  readonly repository: Repository;
  readonly from: Channel;
  readonly to: Channel;
  /** Names of units. */
  readonly units: readonly string[];
  readonly choices: ReadonlyMap<string, ConflictChoice>;
  readonly history: ChannelHistory;
  /** Paths of the library files that a unit's entry files reach, below `channels/<channel>/lib/`. */
  readonly closure: (unit: Unit) => readonly string[];
  /** The tree of a commit; undefined when it is not here. */
  readonly revision: (commit: string) => SourceTree | undefined;
  readonly merge: (
    base: string,
    target: { readonly text: string; readonly label: string },
    source: { readonly text: string; readonly label: string },
  ) => { readonly text: string; readonly conflicts: readonly number[] };
  /** Paths with changes that are not committed. */
  readonly uncommitted: ReadonlySet<string>;
}

export type MoveKind = 'new' | 'update' | 'remove' | 'record' | 'kept' | 'merged' | 'same';

export interface UnitMove {
  readonly unit: string;
  readonly kind: MoveKind;
  /** Digests of the target before and after. */
  readonly before?: string;
  readonly after?: string;
  /** Commits of the source that come with it, newest first. */
  readonly commits: readonly { readonly id: string; readonly date: string; readonly subject: string }[];
  readonly images: readonly { readonly name: string; readonly before?: string; readonly after?: string }[];
  readonly record?: PromotionRecord;
}

export interface LibraryMove {
  /** Name below `lib/`. */
  readonly name: string;
  readonly kind: 'new' | 'update';
  /** Units whose promotion brings it. */
  readonly because: readonly string[];
  /** Other units of the target that read it: their output may change. */
  readonly readers: readonly string[];
}

/** An edit in the target that the source does not have. */
export interface Conflict {
  readonly what: string;
  /** Files that were edited here, with the three states as texts; undefined where a state has no such file. */
  readonly files: readonly {
    readonly path: string;
    readonly base?: string;
    readonly target?: string;
    readonly source?: string;
  }[];
  readonly message: string;
}

export interface PromotionPlan {
  readonly from: string;
  readonly to: string;
  readonly units: readonly UnitMove[];
  readonly library: readonly LibraryMove[];
  readonly conflicts: readonly Conflict[];
  /** Why it cannot be applied, in words. */
  readonly refused: readonly string[];
  /** Units that are not part of it and differ through a library file that moves: they were verified together. */
  readonly together: readonly { readonly unit: string; readonly library: string }[];
  /** Files of the target: new bytes, or undefined for one that goes. Records are not among them. */
  readonly files: ReadonlyMap<string, Uint8Array | undefined>;
}

/** Plans the promotion of units from one channel to another. */
export function planPromotion(request: PromotionRequest): PromotionPlan {
  return new Planner(request).plan();
}

class Planner {
  readonly #request: PromotionRequest;
  readonly #tree: SourceTree;
  readonly #files = new Map<string, Uint8Array | undefined>();
  readonly #conflicts: Conflict[] = [];
  readonly #refused: string[] = [];
  readonly #library = new Map<string, { readonly kind: 'new' | 'update'; readonly because: string[] }>();

  constructor(request: PromotionRequest) {
    this.#request = request;
    this.#tree = request.repository.tree;
  }

  plan(): PromotionPlan {
    const { from, to, units } = this.#request;
    const moves = [...new Set(units)].sort().map((name) => this.#unit(name));
    const library = [...this.#library].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      from: from.name,
      to: to.name,
      units: moves,
      library: library.map(([name, { kind, because }]) => ({
        name,
        kind,
        because,
        readers: this.#readers(to, name).filter((unit) => !units.includes(unit)),
      })),
      conflicts: this.#conflicts,
      refused: this.#refused,
      together: library.flatMap(([name]) =>
        this.#readers(from, name)
          .filter((unit) => !units.includes(unit) && this.#differs(unit))
          .map((unit) => ({ unit, library: name })),
      ),
      files: this.#files,
    };
  }

  #unit(name: string): UnitMove {
    const { from, to } = this.#request;
    const [source, target] = [from.units.get(name), to.units.get(name)];
    if (!source && !target) {
      this.#refused.push(`neither ${from.name} nor ${to.name} has a unit ${name}`);
      return { unit: name, kind: 'same', commits: [], images: [] };
    }
    if (!source) return this.#removal(name, target!);
    const dirty = [...this.#request.uncommitted].filter((path) => path.startsWith(`${source.folder}/`));
    if (dirty.length > 0) {
      this.#refused.push(`${dirty[0]} is not committed: what is promoted must be a state that others can see`);
    }
    if (target && target.folder.split('/')[2] !== source.folder.split('/')[2]) {
      this.#refused.push(`${name} is a ${source.kind} in ${from.name} and a ${target.kind} in ${to.name}: rename one`);
    }
    const before = target ? folderDigest(this.#tree, target.folder) : undefined;
    const wanted = folderDigest(this.#tree, source.folder)!;
    const record = this.#record(name);
    const images = imageMoves(target, source);
    const commits = this.#commits(source, record);
    const targetFolder = source.folder.replace(`channels/${from.name}/`, `channels/${to.name}/`);
    let after = wanted;
    let kind: MoveKind = before === undefined ? 'new' : before === wanted ? 'same' : 'update';
    const edited = target !== undefined && before !== wanted && this.#isEdited(before!, record);
    if (!edited) this.#copy(source.folder, targetFolder);
    else {
      const outcome = this.#conflict(source, target!, record, targetFolder);
      if (outcome === 'kept') return { unit: name, kind: 'kept', before: before!, after: before!, commits, images: [] };
      if (outcome === 'merged') {
        kind = 'merged';
        after = this.#digestAfter(targetFolder);
      }
    }
    const libraryNames = this.#moveLibrary(name, source, record);
    const made = this.#newRecord(name, source, libraryNames, wanted, after);
    if (kind === 'same' && record !== undefined && sameRecord(record, made)) {
      return { unit: name, kind, ...(before === undefined ? {} : { before }), after, commits, images };
    }
    return {
      unit: name,
      kind: kind === 'same' ? 'record' : kind,
      ...(before === undefined ? {} : { before }),
      after,
      commits,
      images,
      ...(made ? { record: made } : {}),
    };
  }

  #removal(name: string, target: Unit): UnitMove {
    const before = folderDigest(this.#tree, target.folder)!;
    const record = this.#record(name);
    if (this.#isEdited(before, record) && this.#request.choices.get(name) !== 'source') {
      this.#conflicts.push({
        what: name,
        files: [],
        message: `${name} is gone from ${this.#request.from.name} and was edited here: --take-source ${name} removes it with the edit`,
      });
    }
    for (const path of filesOf(this.#tree, target.folder)) this.#files.set(`${target.folder}/${path}`, undefined);
    return { unit: name, kind: 'remove', before, commits: [], images: imageMoves(target, undefined) };
  }

  #record(name: string): PromotionRecord | undefined {
    const found = readRecord(this.#tree, this.#request.to.name, name);
    if (found && 'fault' in found) {
      this.#refused.push(found.fault);
      return undefined;
    }
    return found;
  }

  /** Whether the target has something that no promotion put there. */
  #isEdited(digest: string, record: PromotionRecord | undefined): boolean {
    return record === undefined || record.digest !== digest || record.source !== record.digest;
  }

  #commits(source: Unit, record: PromotionRecord | undefined): UnitMove['commits'] {
    const all = this.#request.history.commits(source.folder);
    if (!record) return all.slice(0, 20);
    const at = all.findIndex((commit) => commit.id === record.commit);
    const since =
      at >= 0 ? all.slice(0, at) : all.filter((commit) => Date.parse(commit.date) > Date.parse(record.date));
    return since;
  }

  #copy(source: string, target: string): void {
    const wanted = filesOf(this.#tree, source);
    for (const path of wanted) this.#put(`${target}/${path}`, this.#tree.read(`${source}/${path}`)!);
    for (const path of filesOf(this.#tree, target)) {
      if (!wanted.includes(path)) this.#files.set(`${target}/${path}`, undefined);
    }
  }

  /** Only what differs is written. */
  #put(path: string, bytes: Uint8Array): void {
    const current = this.#tree.kind(path) === 'file' ? this.#tree.read(path) : undefined;
    if (current && Buffer.compare(current, bytes) === 0) return;
    this.#files.set(path, bytes);
  }

  #conflict(
    source: Unit,
    target: Unit,
    record: PromotionRecord | undefined,
    targetFolder: string,
  ): 'kept' | 'merged' | 'taken' {
    const choice = this.#request.choices.get(source.name);
    if (choice === 'keep') return 'kept';
    if (choice === 'source') {
      this.#copy(source.folder, targetFolder);
      return 'taken';
    }
    const base = record ? this.#request.revision(record.commit) : undefined;
    if (choice === 'merge') {
      if (!base) {
        this.#refused.push(
          `${source.name} cannot be merged: ${record ? `the commit ${record.commit.slice(0, 12)} that was last promoted is not in this clone` : 'nothing says from which state it was promoted'}`,
        );
        return 'taken';
      }
      this.#merge(base, source, target, record!.from);
      return 'merged';
    }
    const paths = new Set([...filesOf(this.#tree, source.folder), ...filesOf(this.#tree, target.folder)]);
    const baseFolder = record
      ? source.folder.replace(`channels/${this.#request.from.name}/`, `channels/${record.from}/`)
      : '';
    const files = [...paths].sort().flatMap((path) => {
      const text = (tree: SourceTree | undefined, folder: string) =>
        tree?.kind(`${folder}/${path}`) === 'file' ? decode(tree.read(`${folder}/${path}`)) : undefined;
      const [old, here, there] = [
        text(base, baseFolder),
        text(this.#tree, target.folder),
        text(this.#tree, source.folder),
      ];
      if (here === there || (base && here === old)) return [];
      return [
        {
          path: `${target.folder}/${path}`,
          ...(old === undefined ? {} : { base: old }),
          ...(here === undefined ? {} : { target: here }),
          ...(there === undefined ? {} : { source: there }),
        },
      ];
    });
    const why = record
      ? `${source.name} was edited in ${this.#request.to.name} after its promotion`
      : `nothing says where ${source.name} in ${this.#request.to.name} came from (weir channels adopt looks)`;
    this.#conflicts.push({
      what: source.name,
      files,
      message: `${why}. Choose: --merge ${source.name}, --keep ${source.name}, or --take-source ${source.name}`,
    });
    return 'taken';
  }

  #merge(base: SourceTree, source: Unit, target: Unit, baseChannel: string): void {
    const baseFolder = source.folder.replace(`channels/${this.#request.from.name}/`, `channels/${baseChannel}/`);
    const paths = new Set([
      ...filesOf(base, baseFolder),
      ...filesOf(this.#tree, source.folder),
      ...filesOf(this.#tree, target.folder),
    ]);
    for (const path of [...paths].sort()) {
      const bytes = (tree: SourceTree, folder: string) =>
        tree.kind(`${folder}/${path}`) === 'file' ? tree.read(`${folder}/${path}`) : undefined;
      const [old, here, there] = [
        bytes(base, baseFolder),
        bytes(this.#tree, target.folder),
        bytes(this.#tree, source.folder),
      ];
      const at = `${target.folder}/${path}`;
      if (same(here, there) || same(there, old)) continue;
      if (same(here, old)) {
        if (there) this.#put(at, there);
        else this.#files.set(at, undefined);
        continue;
      }
      if (!here || !there) {
        this.#refused.push(`${at} was edited on one side and removed on the other: merge it by hand`);
        continue;
      }
      const merged = this.#request.merge(
        decode(old ?? new Uint8Array()),
        { text: decode(here), label: this.#request.to.name },
        { text: decode(there), label: this.#request.from.name },
      );
      if (merged.conflicts.length > 0) {
        this.#refused.push(
          `${at}: both sides changed the same lines (${merged.conflicts.length} places): merge it by hand`,
        );
        continue;
      }
      this.#put(at, new TextEncoder().encode(merged.text));
    }
  }

  /** Copies the library files that a unit reaches. A hand edit of one is a conflict like any other. */
  #moveLibrary(name: string, source: Unit, record: PromotionRecord | undefined): readonly string[] {
    const { from, to } = this.#request;
    const prefix = `channels/${from.name}/lib/`;
    const names = this.#request.closure(source).map((path) => path.slice(prefix.length));
    for (const file of names) {
      const [source_, target_] = [`${prefix}${file}`, `channels/${to.name}/lib/${file}`];
      const [wanted, current] = [fileDigest(this.#tree, source_), fileDigest(this.#tree, target_)];
      if (wanted === current) continue;
      if (this.#request.uncommitted.has(source_)) {
        this.#refused.push(`${source_} is not committed: what is promoted must be a state that others can see`);
      }
      const known = this.#library.get(file);
      if (known) {
        known.because.push(name);
        continue;
      }
      if (current !== undefined && !this.#isPromoted(file, current, record)) {
        const choice = this.#request.choices.get(`lib/${file}`);
        if (choice === 'keep') continue;
        if (choice !== 'source') {
          this.#conflicts.push({
            what: `lib/${file}`,
            files: [
              {
                path: target_,
                target: decode(this.#tree.read(target_)),
                source: decode(this.#tree.read(source_)),
              },
            ],
            message: `lib/${file} was edited in ${to.name}: --keep lib/${file} or --take-source lib/${file}`,
          });
        }
      }
      this.#library.set(file, { kind: current === undefined ? 'new' : 'update', because: [name] });
      this.#put(target_, this.#tree.read(source_)!);
    }
    return names;
  }

  /** Whether some record of the target says that this state of a library file was promoted. */
  #isPromoted(file: string, digest: string, own: PromotionRecord | undefined): boolean {
    if (own?.library[file] === digest) return true;
    return [...this.#request.to.units.keys()].some((unit) => {
      const record = readRecord(this.#tree, this.#request.to.name, unit);
      return record !== undefined && 'library' in record && record.library[file] === digest;
    });
  }

  #newRecord(
    name: string,
    source: Unit,
    library: readonly string[],
    wanted: string,
    after: string,
  ): PromotionRecord | undefined {
    const { from, history } = this.#request;
    const paths = [source.folder, ...library.map((file) => `channels/${from.name}/lib/${file}`)];
    const latest = paths
      .flatMap((path) => history.commits(path).slice(0, 1))
      .sort((a, b) => Date.parse(b.date) - Date.parse(a.date))[0];
    if (!latest) {
      this.#refused.push(
        history.complete
          ? `${name} is not in the history of the default branch yet: merge it first`
          : `this clone is too shallow to say from which commit ${name} is: fetch more history`,
      );
      return undefined;
    }
    return {
      unit: name,
      from: from.name,
      commit: latest.id,
      date: latest.date,
      digest: after,
      source: wanted,
      library: Object.fromEntries(
        library.map((file) => [file, fileDigest(this.#tree, `channels/${from.name}/lib/${file}`) ?? '']),
      ),
      overridden: [],
    };
  }

  /** The digest of a folder with the planned files in it. */
  #digestAfter(folder: string): string {
    const paths = new Set(filesOf(this.#tree, folder).map((path) => `${folder}/${path}`));
    for (const [path, bytes] of this.#files) {
      if (!path.startsWith(`${folder}/`)) continue;
      if (bytes === undefined) paths.delete(path);
      else paths.add(path);
    }
    const names = [...paths].map((path) => path.slice(folder.length + 1)).sort();
    const tree: SourceTree = {
      label: '',
      kind: () => 'directory',
      list: (directory) => (directory === folder ? names.map((name) => ({ name, kind: 'file' as const })) : []),
      read: (path) => this.#files.get(path) ?? this.#tree.read(path),
    };
    return folderDigest(tree, folder)!;
  }

  #readers(channel: Channel, library: string): readonly string[] {
    return [...channel.units.values()]
      .filter((unit) => this.#request.closure(unit).includes(`channels/${channel.name}/lib/${library}`))
      .map((unit) => unit.name)
      .sort();
  }

  #differs(name: string): boolean {
    const [source, target] = [this.#request.from.units.get(name), this.#request.to.units.get(name)];
    if (!source || !target) return false;
    return folderDigest(this.#tree, source.folder) !== folderDigest(this.#tree, target.folder);
  }
}

function imageMoves(target: Unit | undefined, source: Unit | undefined): UnitMove['images'] {
  const names = [...new Set([...(target?.images.keys() ?? []), ...(source?.images.keys() ?? [])])].sort();
  return names.flatMap((name) => {
    const [before, after] = [target?.images.get(name), source?.images.get(name)];
    if (before === after) return [];
    return [{ name, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  });
}

function sameRecord(a: PromotionRecord, b: PromotionRecord | undefined): boolean {
  return (
    b !== undefined &&
    a.from === b.from &&
    a.digest === b.digest &&
    a.source === b.source &&
    JSON.stringify(Object.entries(a.library).sort()) === JSON.stringify(Object.entries(b.library).sort())
  );
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.compare(a, b) === 0;
}

function decode(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}
