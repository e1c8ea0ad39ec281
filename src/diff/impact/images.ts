/** Image changes, with the kind of step. */
import { asString, patternOf } from '../path.ts';
import type { ImpactRule } from './rule.ts';

export const imageChange: ImpactRule = {
  id: 'image-change',
  title: 'an image changes, and what kind of step it is',
  judge(change, _context, note) {
    for (const field of change.fields) {
      if (field.kind !== 'changed' || !/(?:^|\/)image$/.test(patternOf(field.path))) continue;
      const [before, after] = [parseImage(asString(field.before)), parseImage(asString(field.after))];
      if (!before || !after) continue;
      note('updated', imageText(before, after), field);
    }
  },
};

export interface ImageReference {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** `host/repository:tag@digest`; undefined when there is no text. */
export function parseImage(text: string | undefined): ImageReference | undefined {
  if (text === undefined) return undefined;
  const [name = '', digest = ''] = text.split('@');
  const slash = name.lastIndexOf('/');
  const colon = name.indexOf(':', slash + 1);
  return colon < 0
    ? { repository: name, tag: '', digest }
    : { repository: name.slice(0, colon), tag: name.slice(colon + 1), digest };
}

/** What kind of step, by semantic versions where both tags are such. */
export function imageText(before: ImageReference, after: ImageReference): string {
  if (before.repository !== after.repository) {
    return `Another image: ${before.repository}:${before.tag} to ${after.repository}:${after.tag}.`;
  }
  if (before.tag === after.tag) return `The same tag ${after.tag} with another digest.`;
  const [old, fresh] = [versionOf(before.tag), versionOf(after.tag)];
  if (!old || !fresh) return `${before.tag} to ${after.tag}.`;
  const position = [0, 1, 2].find((index) => old[index] !== fresh[index]);
  if (position === undefined) return `${before.tag} to ${after.tag}: another build of the same version.`;
  const step = ['major', 'minor', 'patch'][position]!;
  const back = fresh[position]! < old[position]!;
  return `${before.tag} to ${after.tag}: ${back ? `back by a ${step} version` : `a ${step} version`}.`;
}

function versionOf(tag: string): readonly [number, number, number] | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(tag);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}
