/**
 * Which lines a change touches. Both trees are read and compared here, not by `git diff`: attributes and filters of the
 * repository then have no say in it.
 */
import { diffArrays } from 'diff';
import type { SourceTree } from '../model.ts';

/** Lines from `first` to `last`, both included, counted from 1. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Edits after which two files are taken for different throughout: the comparison is quadratic. */
const editLimit = 2_000;

/**
 * Lines of `work` that are new or changed against `base`, by path, for files at or below `paths`. A deletion marks the
 * line that now stands in its place. Files that are the same are left out, and so are those that are gone.
 */
export function changedLines(
  base: SourceTree,
  work: SourceTree,
  paths: readonly string[],
): ReadonlyMap<string, readonly LineRange[]> {
  const changed = new Map<string, readonly LineRange[]>();
  for (const path of paths.flatMap((start) => filesBelow(work, start))) {
    const after = work.read(path);
    const before = base.kind(path) === 'file' ? base.read(path) : undefined;
    if (!after || (before && Buffer.compare(before, after) === 0)) continue;
    const ranges = before ? compareLines(splitLines(before), splitLines(after)) : wholeFile(splitLines(after));
    if (ranges.length > 0) changed.set(path, ranges);
  }
  return changed;
}

/** Whether a line of a file is among the changed ones. */
export function isChanged(
  changed: ReadonlyMap<string, readonly LineRange[]>,
  place: { readonly file: string; readonly line: number },
): boolean {
  return changed.get(place.file)?.some(({ first, last }) => first <= place.line && place.line <= last) ?? false;
}

function filesBelow(tree: SourceTree, path: string): readonly string[] {
  const kind = tree.kind(path);
  if (kind === 'file') return [path];
  if (kind !== 'directory') return [];
  return tree.list(path).flatMap(({ name }) => filesBelow(tree, path === '' ? name : `${path}/${name}`));
}

/** Line ends do not count: a checkout may have changed them. */
function splitLines(bytes: Uint8Array): readonly string[] {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function wholeFile(lines: readonly string[]): readonly LineRange[] {
  return lines.length === 0 ? [] : [{ first: 1, last: lines.length }];
}

function compareLines(before: readonly string[], after: readonly string[]): readonly LineRange[] {
  const edits = diffArrays([...before], [...after], { maxEditLength: editLimit });
  if (!edits) return wholeFile(after);
  const ranges: { first: number; last: number }[] = [];
  let line = 1;
  for (const { added, removed, count } of edits) {
    if (added) addRange(ranges, line, line + count - 1);
    else if (removed && after.length > 0) {
      const at = Math.min(line, after.length);
      addRange(ranges, at, at);
    }
    if (!removed) line += count;
  }
  return ranges;
}

function addRange(ranges: { first: number; last: number }[], first: number, last: number): void {
  const previous = ranges.at(-1);
  if (previous && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
  else ranges.push({ first, last });
}
