/** The wiring of promotions: git's history, closures, and what a planned tree compiles to. */
import { createEngine } from '../../compile/engine.ts';
import { UserError } from '../../errors.ts';
import type { Repository, SourceTree, Unit } from '../../model.ts';
import type { ChannelHistory } from '../../promote/status.ts';
import { folderHistory } from '../../tools/folder-history.ts';
import { defaultBranch } from '../../tools/git.ts';
import { openRevision } from '../../tools/revision.ts';
import { renderYaml } from '../../write/yaml.ts';

/** History of the channels on the default branch, on HEAD where there is none. */
export function channelHistory(root: string): ChannelHistory & { readonly revision: string } {
  const revision = defaultBranch(root) ?? 'HEAD';
  return { ...folderHistory(root, revision, ['channels']), revision };
}

/** Library files that a unit's entry files reach, computed once a unit. */
export function closures(tree: SourceTree): (unit: Unit) => readonly string[] {
  const engine = createEngine(tree, { renderYaml });
  const known = new Map<string, readonly string[]>();
  return (unit) => {
    const found = known.get(unit.folder);
    if (found) return found;
    const entries = [unit.entry, unit.resources?.entry].filter((entry) => entry !== undefined);
    const library = `channels/${unit.channel}/lib/`;
    const files = new Set(
      entries.flatMap((entry) => engine.closure(entry).files.filter((file) => file.startsWith(library))),
    );
    const result = [...files].sort();
    known.set(unit.folder, result);
    return result;
  };
}

/** Trees of commits, opened once; undefined where a commit is not in this clone. */
export function revisions(root: string): (commit: string) => SourceTree | undefined {
  const known = new Map<string, SourceTree | undefined>();
  return (commit) => {
    if (!known.has(commit)) {
      try {
        known.set(commit, openRevision(root, commit));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        known.set(commit, undefined);
      }
    }
    return known.get(commit);
  };
}

/** Names of the units that a channel could give to the next one: all of its own, and those it no longer has. */
export function promotable(repository: Repository, from: string, to: string): readonly string[] {
  const names = new Set([
    ...(repository.channels.get(from)?.units.keys() ?? []),
    ...(repository.channels.get(to)?.units.keys() ?? []),
  ]);
  return [...names].sort();
}
