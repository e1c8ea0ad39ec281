/** A tree with some files replaced or taken away, without writing them: what a promotion would leave. */
import type { EntryKind, SourceTree } from '../model.ts';

/** `files` maps paths to new bytes, or to undefined for files that go. */
export function patchTree(
  tree: SourceTree,
  files: ReadonlyMap<string, Uint8Array | undefined>,
  label: string,
): SourceTree {
  const added = new Map<string, Map<string, EntryKind>>();
  for (const [path, bytes] of files) {
    if (bytes === undefined) continue;
    let kind: EntryKind = 'file';
    for (let at = path; at !== ''; ) {
      const slash = at.lastIndexOf('/');
      const parent = slash < 0 ? '' : at.slice(0, slash);
      const entries = added.get(parent) ?? new Map<string, EntryKind>();
      added.set(parent, entries);
      entries.set(at.slice(slash + 1), kind);
      kind = 'directory';
      at = parent;
    }
  }
  const list = (directory: string) => {
    const entries = new Map<string, EntryKind>(tree.list(directory).map((entry) => [entry.name, entry.kind]));
    for (const [name, kind] of added.get(directory) ?? []) entries.set(name, kind);
    for (const name of [...entries.keys()]) {
      const path = directory === '' ? name : `${directory}/${name}`;
      if (files.has(path) && files.get(path) === undefined) entries.delete(name);
    }
    return [...entries].map(([name, kind]) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  return {
    label,
    kind: (path) => {
      if (files.has(path)) return files.get(path) === undefined ? undefined : 'file';
      if (added.has(path)) return 'directory';
      const kind = tree.kind(path);
      // git knows no empty folders, and neither does a promotion.
      return kind === 'directory' && path !== '' && list(path).length === 0 ? undefined : kind;
    },
    list,
    read: (path) => (files.has(path) ? files.get(path) : tree.read(path)),
  };
}
