/** Any sequence of edits, promotions and ways back keeps what promotions promise. In memory: no git, no disk. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadWithProblems } from '../../src/load/repository.ts';
import type { EntryKind, SourceTree } from '../../src/model.ts';
import { folderDigest } from '../../src/promote/digest.ts';
import { planPromotion } from '../../src/promote/plan.ts';
import { readRecord, recordHeader, recordPath, recordValue } from '../../src/promote/record.ts';
import { planRevert } from '../../src/promote/revert.ts';
import type { ChannelHistory } from '../../src/promote/status.ts';
import { renderYaml } from '../../src/write/yaml.ts';
import { seed } from './scene.ts';

type Files = ReadonlyMap<string, string>;

function treeOf(files: Files): SourceTree {
  const list = (directory: string) => {
    const prefix = directory === '' ? '' : `${directory}/`;
    const entries = new Map<string, EntryKind>();
    for (const path of files.keys()) {
      if (!path.startsWith(prefix)) continue;
      const rest = path.slice(prefix.length);
      const slash = rest.indexOf('/');
      entries.set(slash < 0 ? rest : rest.slice(0, slash), slash < 0 ? 'file' : 'directory');
    }
    return [...entries].map(([name, kind]) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  return {
    label: 'memory',
    kind: (path) => (files.has(path) ? 'file' : list(path).length > 0 ? 'directory' : undefined),
    list,
    read: (path) => (files.has(path) ? new TextEncoder().encode(files.get(path)) : undefined),
  };
}

/** Commits as whole states: what git would keep. */
class World {
  files: Files = new Map(Object.entries(seed()));
  readonly log: { readonly id: string; readonly date: string; readonly files: Files }[] = [];

  commit(): void {
    const number = this.log.length;
    this.log.push({
      id: createHash('sha1').update(`commit ${number}`).digest('hex'),
      date: new Date(Date.parse('2026-01-01T00:00:00Z') + number * 3_600_000).toISOString(),
      files: this.files,
    });
  }

  get history(): ChannelHistory & { readonly revision: string } {
    return {
      revision: 'main',
      complete: true,
      commits: (folder) =>
        this.log
          .filter(({ files }, index) => below(files, folder) !== below(this.log[index - 1]?.files ?? new Map(), folder))
          .map(({ id, date }) => ({ id, date, subject: '' }))
          .reverse(),
    };
  }

  revision = (name: string): SourceTree | undefined => {
    const parent = name.endsWith('^');
    const index = name === 'HEAD' ? this.log.length - 1 : this.log.findIndex(({ id }) => id === name.replace('^', ''));
    const found = this.log[parent ? index - 1 : index];
    return found && treeOf(found.files);
  };

  apply(changes: ReadonlyMap<string, Uint8Array | undefined>): void {
    const next = new Map(this.files);
    for (const [path, bytes] of changes) {
      if (bytes === undefined) next.delete(path);
      else next.set(path, new TextDecoder().decode(bytes));
    }
    this.files = next;
  }

  get repository() {
    const { repository, problems } = loadWithProblems(treeOf(this.files));
    expect(problems).toEqual([]);
    return repository;
  }

  /** Promotes and commits; false when the plan was refused or had conflicts, and then nothing changed. */
  promote(units: readonly string[]): boolean {
    const { repository } = this;
    const plan = planPromotion({
      repository,
      from: repository.channels.get('beta')!,
      to: repository.channels.get('stable')!,
      units,
      choices: new Map(),
      history: this.history,
      closure: (unit) => (unit.entry === undefined ? [] : [`channels/${unit.channel}/lib/kube.libsonnet`]),
      revision: this.revision,
      merge: () => ({ text: '', conflicts: [1] }),
      uncommitted: new Set(),
    });
    if (plan.refused.length > 0 || plan.conflicts.length > 0) return false;
    const files = new Map(plan.files);
    for (const move of plan.units) {
      if (move.record) {
        files.set(
          recordPath('stable', move.unit),
          new TextEncoder().encode(recordHeader + renderYaml(recordValue(move.record))),
        );
      }
    }
    this.apply(files);
    this.commit();
    return true;
  }

  revert(units: readonly string[]): boolean {
    const { repository } = this;
    const plan = planRevert({
      repository,
      to: repository.channels.get('stable')!,
      units,
      history: this.history,
      uncommitted: new Set(),
      revision: this.revision,
      forced: new Set(),
    });
    if (plan.refused.length > 0) return false;
    this.apply(plan.files);
    this.commit();
    return true;
  }

  digest(channel: string, unit: string): string | undefined {
    return folderDigest(treeOf(this.files), `channels/${channel}/components/${unit}`);
  }
}

function below(files: Files, folder: string): string {
  return [...files]
    .filter(([path]) => path === folder || path.startsWith(`${folder}/`))
    .map(([path, text]) => `${path}\n${text}`)
    .sort()
    .join('\n');
}

const names = ['red', 'green', 'blue'] as const;
const some = fc.subarray([...names], { minLength: 1 });
const step = fc.oneof(
  fc.record({
    do: fc.constant('edit' as const),
    unit: fc.constantFrom(...names),
    version: fc.integer({ min: 0, max: 5 }),
  }),
  fc.record({ do: fc.constant('library' as const), version: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ do: fc.constant('promote' as const), units: some }),
  fc.record({ do: fc.constant('revert' as const), units: some }),
  fc.record({
    do: fc.constant('hand' as const),
    unit: fc.constantFrom(...names),
    version: fc.integer({ min: 0, max: 5 }),
  }),
);

function start(): World {
  const world = new World();
  world.commit();
  // Records for all: stable begins as beta was.
  expect(world.promote(['red', 'green', 'blue', 'shared'])).toBe(true);
  return world;
}

describe('sequences of promotions', () => {
  test('records are true, hand edits are never lost, and a full promotion makes the target equal the source', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const world = start();
        const edited = new Set<string>();
        for (const action of steps) {
          const before = world.files;
          if (action.do === 'edit' || action.do === 'hand') {
            const channel = action.do === 'edit' ? 'beta' : 'stable';
            const path = `channels/${channel}/components/${action.unit}/component.yaml`;
            const text = before
              .get(path)!
              .replace(/:v[\d.]+\n/, `:v9.${action.version}.${action.do === 'hand' ? 1 : 0}\n`);
            world.files = new Map(before).set(path, text);
            world.commit();
            if (action.do === 'hand') edited.add(action.unit);
          } else if (action.do === 'library') {
            const path = 'channels/beta/lib/kube.libsonnet';
            world.files = new Map(before).set(path, `// version ${action.version}\n${seed()[path]}`);
            world.commit();
          } else {
            const done = action.do === 'promote' ? world.promote(action.units) : world.revert(action.units);
            if (!done) expect(world.files).toBe(before);
            for (const [path, text] of before) {
              if (path.startsWith('channels/stable/')) continue;
              expect(world.files.get(path)).toBe(text);
            }
            if (done && action.do === 'promote') {
              for (const unit of action.units) {
                expect(world.digest('stable', unit)).toBe(world.digest('beta', unit));
                const record = readRecord(treeOf(world.files), 'stable', unit);
                expect(record && 'digest' in record && record.digest).toBe(world.digest('stable', unit));
                expect(world.files.get('channels/stable/lib/kube.libsonnet')).toBe(
                  world.files.get('channels/beta/lib/kube.libsonnet'),
                );
              }
            }
          }
          // A hand edit that a promotion overwrote was in the source too.
          for (const unit of edited) {
            const stable = world.digest('stable', unit);
            if (stable === world.digest('beta', unit)) edited.delete(unit);
          }
        }
        if (edited.size === 0 && world.promote(['red', 'green', 'blue', 'shared'])) {
          for (const unit of names) expect(world.digest('stable', unit)).toBe(world.digest('beta', unit));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a promotion and its way back leave every byte as it was', () => {
    fc.assert(
      fc.property(some, fc.boolean(), fc.integer({ min: 1, max: 5 }), (units, library, version) => {
        const world = start();
        const files = new Map(world.files);
        for (const unit of names) {
          const path = `channels/beta/components/${unit}/component.yaml`;
          files.set(path, files.get(path)!.replace('v1.0.0', `v9.${version}.0`));
        }
        const path = 'channels/beta/lib/kube.libsonnet';
        if (library) files.set(path, `// newer\n${files.get(path)}`);
        world.files = files;
        world.commit();
        const before = new Map(world.files);
        expect(world.promote(units)).toBe(true);
        expect(world.files).not.toEqual(before);
        expect(world.revert(units)).toBe(true);
        expect(world.files).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });
});
