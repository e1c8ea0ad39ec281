/** Patches on the real channels and clusters, compared in memory: what the work tree compiles to is the base. */

import { compareWithBase } from '../../src/commands/shared/comparison.ts';
import { compilePlans, loadFleet } from '../../src/commands/shared/context.ts';
import type { ResultStore } from '../../src/compile/compile.ts';
import type { EntryRecord } from '../../src/compile/evaluate.ts';
import { patchTree } from '../../src/load/patched.ts';
import { openWorkTree } from '../../src/load/tree.ts';
import type { FleetDiff, SourceTree } from '../../src/model.ts';
import { causeText } from '../../src/report/changes/words.ts';
import { renderArtifact } from '../../src/write/artifact.ts';

export interface Edit {
  readonly file: string;
  /** Text that occurs exactly once in the file; a new file has none. */
  readonly from?: string;
  /** What stands there instead; absent with `from` absent: the file goes. */
  readonly to?: string;
}

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes ?? new Uint8Array());

/** The fleet as it is, compiled once; clusters other than the named ones do not exist in it. */
export class Fleet {
  readonly #sources: SourceTree;
  readonly #base: SourceTree;
  readonly #results: MemoryResults;

  private constructor(sources: SourceTree, base: SourceTree, results: MemoryResults) {
    this.#sources = sources;
    this.#base = base;
    this.#results = results;
  }

  static async open(root: string, clusters: readonly string[]): Promise<Fleet> {
    const tree = openWorkTree(root);
    const others = tree
      .list('clusters')
      .filter(({ name }) => !clusters.includes(name.replace(/(?:\.facts)?\.yaml$/, '')))
      .map(({ name }) => [`clusters/${name}`, undefined] as const);
    const sources = patchTree(withoutOutput(tree), new Map(others), 'work');
    const results = new MemoryResults();
    const fleet = loadFleet(sources);
    const { artifacts } = await compilePlans(fleet.repository, fleet.plans, { results: results.on(sources), jobs: 1 });
    const output = artifacts.map(
      (artifact) => [`out/${artifact.cluster}/${artifact.path}`, encode(renderArtifact(artifact))] as const,
    );
    return new Fleet(sources, patchTree(sources, new Map(output), 'base'), results);
  }

  /** Text of a source file. */
  read(file: string): string {
    return decode(this.#sources.read(file));
  }

  /** What `weir diff` says of the edits. Throws where one does not apply. */
  async diff(edits: readonly Edit[]): Promise<FleetDiff> {
    const files = new Map<string, Uint8Array | undefined>();
    for (const { file, from, to } of edits) {
      if (from === undefined) {
        files.set(file, to === undefined ? undefined : encode(to));
        continue;
      }
      const text = decode(files.get(file) ?? this.#sources.read(file));
      if (text.split(from).length !== 2) throw new Error(`${file} must have this exactly once: ${from}`);
      files.set(file, encode(text.replace(from, () => to ?? '')));
    }
    const tree = patchTree(this.#sources, files, 'work');
    const fleet = loadFleet(tree);
    const results = this.#results.on(tree);
    const compilation = await compilePlans(fleet.repository, fleet.plans, { results, jobs: 1 });
    return compareWithBase({ fleet, compilation, base: this.#base });
  }
}

/** Groups as lines: `unit | subject action | impact rule, ... | cause | clusters`. */
export function groupLines(diff: FleetDiff): readonly string[] {
  return diff.causes.flatMap((cause) =>
    cause.groups.map((group) => {
      const { subject } = group;
      const name = [subject.namespace, subject.name].filter((part) => part !== '').join('/');
      const notes = group.notes.map((note) => `${note.impact} ${note.rule}`).join(', ');
      return [
        group.unit.name,
        `${subject.kind} ${name} ${group.action}`,
        notes === '' ? group.impact : notes,
        causeText(group.cause),
        group.clusters.join(' '),
      ].join(' | ');
    }),
  );
}

function withoutOutput(tree: SourceTree): SourceTree {
  const isOutput = (path: string) => path === 'out' || path.startsWith('out/');
  return {
    label: tree.label,
    kind: (path) => (isOutput(path) ? undefined : tree.kind(path)),
    list: (path) => (isOutput(path) ? [] : tree.list(path).filter(({ name }) => path !== '' || name !== 'out')),
    read: (path) => (isOutput(path) ? undefined : tree.read(path)),
  };
}

/** Results of evaluations that hold while the files that they read are the same. */
class MemoryResults {
  readonly #entries = new Map<string, { files: ReadonlyMap<string, string>; records: readonly EntryRecord[] }>();

  on(tree: SourceTree): ResultStore {
    return {
      load: (entry) => {
        const known = this.#entries.get(entry);
        const holds = known && [...known.files].every(([file, text]) => decode(tree.read(file)) === text);
        return holds ? known.records : undefined;
      },
      save: (entry, files, records) => {
        if (this.#entries.has(entry)) return;
        const texts = new Map(files.map((file) => [file, decode(tree.read(file))]));
        this.#entries.set(entry, { files: texts, records });
      },
    };
  }
}
