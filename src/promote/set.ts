/** A set of units that was verified together: a YAML list of names, or of `{unit, digest}`. */
import { parseDocument } from 'yaml';
import type { Channel, JsonValue, SourceTree } from '../model.ts';
import { folderDigest } from './digest.ts';

export interface VerifiedSet {
  readonly units: readonly string[];
  readonly faults: readonly string[];
}

/** Reads a set. A digest that the source no longer has is a fault: what was verified is not what would move. */
export function readVerifiedSet(tree: SourceTree, path: string, from: Channel): VerifiedSet {
  if (tree.kind(path) !== 'file') return { units: [], faults: [`${path} is no file of this repository`] };
  const document = parseDocument(new TextDecoder().decode(tree.read(path)), { logLevel: 'silent' });
  if (document.errors.length > 0) return { units: [], faults: [`${path}: ${document.errors[0]!.message}`] };
  const value = document.toJS({ maxAliasCount: 0 }) as JsonValue;
  if (!Array.isArray(value)) return { units: [], faults: [`${path} must be a list of units, or of {unit, digest}`] };
  const units: string[] = [];
  const faults: string[] = [];
  for (const entry of value) {
    const fields = typeof entry === 'string' ? { unit: entry } : ((entry ?? {}) as Record<string, JsonValue>);
    const { unit, digest } = fields as { readonly unit?: JsonValue; readonly digest?: JsonValue };
    if (typeof unit !== 'string') {
      faults.push(`${path}: ${JSON.stringify(entry)} names no unit`);
      continue;
    }
    units.push(unit);
    const folder = from.units.get(unit)?.folder;
    if (digest === undefined || folder === undefined) continue;
    const current = folderDigest(tree, folder);
    if (current !== digest) {
      faults.push(
        `${unit} was verified as ${String(digest).slice(0, 12)}, and ${from.name} has ${current?.slice(0, 12) ?? 'nothing'} now`,
      );
    }
  }
  return { units, faults };
}
