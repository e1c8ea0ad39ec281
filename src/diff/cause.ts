/** Why something changed: the trace of a node names the lines that made it; git says which of them changed. */
import type { Place } from '../errors.ts';
import type { Artifact, Cause, Locate, ObjectChange, Provenance } from '../model.ts';

/** Lines that differ between the base and the work tree, on each side; numbers count from 1. */
export interface SourceChanges {
  /** Paths of all files that differ. */
  readonly files: ReadonlySet<string>;
  /** The first line of a file that was added, changed, or stands where one was removed; 1 for a file that is gone. */
  readonly firstLine: (file: string) => number;
  /** Whether a line of the new state was added or changed. */
  readonly changedAfter: (file: string, line: number) => boolean;
  /** Whether a line of the old state was removed or changed. */
  readonly changedBefore: (file: string, line: number) => boolean;
}

export interface CauseInput {
  readonly sources: SourceChanges;
  readonly locate?: Locate;
  /** Traces of the base's own compile, where removals need a cause. */
  readonly locateBefore?: Locate;
  readonly find: (side: 'before' | 'after', cluster: string, path: string) => Artifact | undefined;
  /** Folder of a unit on a cluster: `channels/beta/components/external-dns`. */
  readonly unitFolder: (change: ObjectChange) => string | undefined;
}

/** The cause of one change: the first changed line on the way from its fields, loudest first, to their sources. */
export function causeOf(change: ObjectChange, input: CauseInput): Cause {
  const fresh = input.locate && change.afterPath ? input.find('after', change.cluster, change.afterPath) : undefined;
  const old =
    input.locateBefore && change.beforePath ? input.find('before', change.cluster, change.beforePath) : undefined;
  const pointers = [...change.fields]
    .sort((a, b) => b.impacts.length - a.impacts.length)
    .slice(0, 8)
    .map((field) => ({ after: field.afterPointer, before: field.beforePointer }));
  for (const pointer of [...pointers, { after: '', before: '' }]) {
    const after = fresh && pointer.after !== undefined ? nearest(fresh, pointer.after, input.locate!) : undefined;
    const found = after && changedPlace(after, input.sources.changedAfter);
    if (found) return found;
    const before = old && pointer.before !== undefined ? nearest(old, pointer.before, input.locateBefore!) : undefined;
    const gone = before && changedPlace(before, input.sources.changedBefore);
    if (gone) return gone;
  }
  return byFile(change, input);
}

function nearest(artifact: Artifact, pointer: string, locate: Locate): Provenance | undefined {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const provenance = locate(artifact, at);
    if (provenance || at === '') return provenance;
  }
}

/** Values first: a changed overlay line explains more than the code that reads it. */
function changedPlace(provenance: Provenance, changed: (file: string, line: number) => boolean): Cause | undefined {
  for (const { path, settings } of provenance.overlay) {
    for (const setting of settings) {
      const { place } = setting.origin;
      if (changed(place.file, place.line)) {
        const kind = kindOf(place, setting.origin.layer);
        return { kind, name: nameOf(path, kind), place, after: setting.value };
      }
    }
  }
  for (const place of [provenance.source, ...[...provenance.calls].reverse()]) {
    if (changed(place.file, place.line)) return { kind: 'code', name: place.file, place };
  }
  return undefined;
}

function kindOf(place: Place, layer: string): Cause['kind'] {
  if (layer === 'fact' || place.file.endsWith('.facts.yaml')) return 'facts';
  if (layer === 'identity') return 'identity';
  if (layer === 'default') return 'default';
  if (/\/(?:component|stack|profile)\.yaml$/.test(place.file)) return 'image';
  return 'overlay';
}

/** `/external-dns/policy` to `external-dns.policy`; the path of an image to `image <name>`. */
function nameOf(path: string, kind: Cause['kind']): string {
  const keys = path.startsWith('/') ? path.slice(1).split('/').map(decodeStep) : [path];
  return kind === 'image' ? `image ${keys.at(-1) ?? ''}` : keys.join('.');
}

function decodeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Without a trace: the most particular changed file that the unit is made of, else what changed at all. */
function byFile(change: ObjectChange, input: CauseInput): Cause {
  const files = [...input.sources.files].sort();
  const clusterFile = files.find((file) => file === `clusters/${change.cluster}.yaml`);
  const factsFile = files.find((file) => file === `clusters/${change.cluster}.facts.yaml`);
  const folder = input.unitFolder(change);
  const own = folder === undefined ? undefined : files.find((file) => file.startsWith(`${folder}/`));
  const channel = folder?.split('/').slice(0, 2).join('/');
  const library = channel === undefined ? undefined : files.find((file) => file.startsWith(`${channel}/lib/`));
  const shared = channel === undefined ? undefined : files.find((file) => file.startsWith(`${channel}/shared/`));
  const file = own ?? clusterFile ?? factsFile ?? library ?? shared;
  if (file === undefined) return { kind: 'unknown', name: 'not found in the changed sources' };
  const kind =
    file === clusterFile ? 'overlay' : file === factsFile ? 'facts' : file.endsWith('schema.yaml') ? 'default' : 'code';
  return { kind, name: file, place: { file, line: input.sources.firstLine(file), column: 1 } };
}

/** Causes are one when kind, name and place are; a cluster's own file stands for the same key in every cluster's file. */
export function causeKey(cause: Cause): string {
  const file = cause.place?.file ?? '';
  const place = /^clusters\//.test(file) ? 'clusters' : `${file}:${cause.place?.line ?? 0}`;
  return `${cause.kind}\n${cause.name}\n${place}`;
}
