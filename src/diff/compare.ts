/** Two values of one artifact: what differs, at which path. Strict, and blind to formatting alone. */
import type { FieldChange, FieldChangeKind, FieldStep, JsonObject, JsonValue } from '../model.ts';
import { readDocument } from './documents.ts';
import { isSet, sameMeaning } from './equivalence.ts';
import { matchLists } from './lists.ts';
import { asObject, equal, patternOf, pointerStep } from './path.ts';

export interface CompareOptions {
  /** Patterns below which values are secret; '' masks everything. */
  readonly masked?: (path: readonly FieldStep[], pattern: string) => boolean;
}

interface Cursor {
  readonly path: readonly FieldStep[];
  readonly pattern: string;
  /** The key that the value stands at, through list items. */
  readonly key: string;
  readonly before: string;
  readonly after: string;
  /** Inside a document both pointers stay at the text that holds it. */
  readonly inside: number;
  readonly policy: boolean;
}

/** Documents in documents are followed this deep. */
const documentDepth = 4;

/** All differences, in the order of the new value, removals of keys in code-unit order among them. Impacts are empty. */
export function compareValues(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  options: CompareOptions = {},
  root: { readonly path: readonly FieldStep[]; readonly before: string; readonly after: string } = {
    path: [],
    before: '',
    after: '',
  },
): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  const cursor: Cursor = { ...root, pattern: patternOf(root.path), key: '', inside: 0, policy: false };
  compareAt(before, after, cursor, options, changes);
  return changes;
}

function compareAt(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  cursor: Cursor,
  options: CompareOptions,
  changes: FieldChange[],
): void {
  if (before === after) return;
  const [left, right] = [asObject(before), asObject(after)];
  if (left && right) {
    compareObjects(left, right, cursor, options, changes);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    compareLists(before, after, cursor, options, changes);
    return;
  }
  if (equal(before, after)) return;
  if (
    typeof before === 'string' &&
    typeof after === 'string' &&
    compareDocuments(before, after, cursor, options, changes)
  ) {
    return;
  }
  if (before !== undefined && after !== undefined) {
    // A policy's lists of one may be written as a string: IAM policy grammar.
    if (cursor.policy && isSet(cursor.pattern) && equal(listOf(before), listOf(after))) {
      changes.push(change('rewritten', cursor, options, before, after));
      return;
    }
    if (cursor.policy && isSet(cursor.pattern) && (Array.isArray(before) || Array.isArray(after))) {
      compareLists(listOf(before), listOf(after), cursor, options, changes);
      return;
    }
    const kind = sameMeaning(cursor.pattern, before, after) ? 'rewritten' : 'changed';
    changes.push(change(kind, cursor, options, before, after));
    return;
  }
  changes.push(change(before === undefined ? 'added' : 'removed', cursor, options, before, after));
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [value];
}

function compareObjects(
  before: JsonObject,
  after: JsonObject,
  cursor: Cursor,
  options: CompareOptions,
  changes: FieldChange[],
): void {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const policy = cursor.policy || keys.includes('Statement');
  for (const key of keys) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    const fresh = Object.hasOwn(after, key) ? after[key] : undefined;
    if (old === fresh) continue;
    compareAt(old, fresh, descend({ ...cursor, policy }, { kind: 'key', key }, key, key), options, changes);
  }
}

function compareLists(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  cursor: Cursor,
  options: CompareOptions,
  changes: FieldChange[],
): void {
  const scalars = [...before, ...after].every((item) => typeof item !== 'object' || item === null);
  if (scalars && isSet(cursor.pattern)) {
    compareSets(before, after, cursor, options, changes);
    return;
  }
  const { pairs, moved } = matchLists(cursor.key, before, after);
  for (const pair of pairs) {
    const at = descend(cursor, pair.step, pair.before, pair.after);
    const old = pair.before === undefined ? undefined : before[pair.before];
    const fresh = pair.after === undefined ? undefined : after[pair.after];
    if (moved.has(pair)) {
      changes.push(change(isSet(cursor.pattern) ? 'reordered' : 'moved', at, options, undefined, undefined));
    }
    compareAt(old, fresh, at, options, changes);
  }
}

function compareSets(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  cursor: Cursor,
  options: CompareOptions,
  changes: FieldChange[],
): void {
  const [old, fresh] = [new Set(before), new Set(after)];
  const count = changes.length;
  after.forEach((item, index) => {
    if (old.has(item)) return;
    const step: FieldStep = { kind: 'item', by: '', value: String(item) };
    changes.push(change('added', descend(cursor, step, undefined, index), options, undefined, item));
  });
  before.forEach((item, index) => {
    if (fresh.has(item)) return;
    const step: FieldStep = { kind: 'item', by: '', value: String(item) };
    changes.push(change('removed', descend(cursor, step, index, undefined), options, item, undefined));
  });
  if (changes.length === count && !equal(before, after)) {
    changes.push(change('reordered', cursor, options, before, after));
  }
}

/** Compares two texts as documents; false when they are plain text, which is compared as one value. */
function compareDocuments(
  before: string,
  after: string,
  cursor: Cursor,
  options: CompareOptions,
  changes: FieldChange[],
): boolean {
  if (cursor.inside >= documentDepth) return false;
  const [old, fresh] = [readDocument(before), readDocument(after)];
  if (!old || !fresh || old.format !== fresh.format) return false;
  if (equal(old.value, fresh.value)) {
    changes.push(change('rewritten', cursor, options, before, after));
    return true;
  }
  const inner = descend(cursor, { kind: 'document', format: fresh.format }, undefined, undefined);
  compareAt(
    old.value,
    fresh.value,
    {
      ...inner,
      before: cursor.before,
      after: cursor.after,
      inside: cursor.inside + 1,
      policy: cursor.policy || fresh.format === 'policy',
      key: '',
    },
    options,
    changes,
  );
  return true;
}

function descend(
  cursor: Cursor,
  step: FieldStep,
  before: string | number | undefined,
  after: string | number | undefined,
): Cursor {
  const path = [...cursor.path, step];
  const part = step.kind === 'key' ? step.key : step.kind === 'document' ? '»' : '*';
  return {
    ...cursor,
    path,
    pattern: cursor.pattern === '' ? part : `${cursor.pattern}/${part}`,
    key: step.kind === 'key' ? step.key : cursor.key,
    before: cursor.inside > 0 || before === undefined ? cursor.before : cursor.before + pointerStep(before),
    after: cursor.inside > 0 || after === undefined ? cursor.after : cursor.after + pointerStep(after),
  };
}

function change(
  kind: FieldChangeKind,
  cursor: Cursor,
  options: CompareOptions,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): FieldChange {
  return {
    kind,
    path: cursor.path,
    ...(kind === 'added' ? {} : { beforePointer: cursor.before }),
    ...(kind === 'removed' ? {} : { afterPointer: cursor.after }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    masked: options.masked?.(cursor.path, cursor.pattern) === true,
    impacts: [],
  };
}
