/** `channels/<channel>/promoted/<unit>.yaml`: where a unit's state came from. One file a unit, so two promotions never meet. */
import { parseDocument } from 'yaml';
import type { JsonValue, SourceTree } from '../model.ts';

export interface PromotionRecord {
  readonly unit: string;
  /** The source channel. */
  readonly from: string;
  /** The commit of the source channel's state, and its committer date (RFC 3339). */
  readonly commit: string;
  readonly date: string;
  /** Digest of the unit's folder as it was left in this channel. */
  readonly digest: string;
  /** Digest that the source had; another one than `digest` where an edit of this channel was kept or merged. */
  readonly source: string;
  /** Digests of the library files of the closure, by name below `lib/`. */
  readonly library: Readonly<Record<string, string>>;
  /** Gates that were overridden, with the reason. */
  readonly overridden: readonly { readonly gate: string; readonly reason: string }[];
}

export function recordPath(channel: string, unit: string): string {
  return `channels/${channel}/promoted/${unit}.yaml`;
}

/** Why a record cannot be used, in words; the record otherwise. Undefined where there is none. */
export function readRecord(
  tree: SourceTree,
  channel: string,
  unit: string,
): PromotionRecord | { readonly fault: string } | undefined {
  const path = recordPath(channel, unit);
  if (tree.kind(path) !== 'file') return undefined;
  const document = parseDocument(new TextDecoder().decode(tree.read(path)), { logLevel: 'silent' });
  if (document.errors.length > 0) return { fault: `${path} does not parse: ${document.errors[0]!.message}` };
  const value = document.toJS({ maxAliasCount: 0 }) as JsonValue;
  const text = (key: string): string | undefined => {
    const field = own(value, key);
    return typeof field === 'string' ? field : undefined;
  };
  const [from, commit, date, digest] = [text('from'), text('commit'), text('date'), text('digest')];
  if (from === undefined || commit === undefined || date === undefined || digest === undefined) {
    return { fault: `${path} lacks one of from, commit, date, digest: weir channels adopt writes it anew` };
  }
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return { fault: `${path}: "${commit}" is no commit id` };
  const library = own(value, 'library');
  const overridden = own(value, 'overridden');
  return {
    unit,
    from,
    commit,
    date,
    digest,
    source: text('source') ?? digest,
    library: Object.fromEntries(
      Object.entries(isMap(library) ? library : {}).flatMap(([name, entry]) =>
        typeof entry === 'string' ? [[name, entry]] : [],
      ),
    ),
    overridden: (Array.isArray(overridden) ? overridden : []).flatMap((entry) => {
      const [gate, reason] = [own(entry, 'gate'), own(entry, 'reason')];
      return typeof gate === 'string' && typeof reason === 'string' ? [{ gate, reason }] : [];
    }),
  };
}

/** The record as a value for the YAML writer: keys in the order of reading. */
export function recordValue(record: PromotionRecord): JsonValue {
  return {
    from: record.from,
    commit: record.commit,
    date: record.date,
    digest: record.digest,
    ...(record.source === record.digest ? {} : { source: record.source }),
    library: Object.fromEntries(Object.entries(record.library).sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(record.overridden.length === 0 ? {} : { overridden: record.overridden.map((entry) => ({ ...entry })) }),
  };
}

/** First line of a record's file. */
export const recordHeader =
  '# Written by weir promote. Where this unit was promoted from; it changes with every promotion.\n';

function isMap(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
