/** Two texts by line. Bounded: the algorithm is quadratic in what differs. */
import { diffLines } from 'diff';

export interface LineChange {
  readonly kind: 'same' | 'added' | 'removed' | 'gap';
  readonly text: string;
}

/** Lines around a difference that are shown with it. */
const context = 2;
/** Edits after which a text is shown whole instead: `diff` gives up there. */
const editLimit = 2_000;

/** Changed lines with a little of what stands around them; gaps say how many lines are left out. */
export function lineChanges(before: string, after: string): readonly LineChange[] {
  const parts = diffLines(before, after, { maxEditLength: editLimit });
  if (!parts) {
    return [
      ...split(before).map((text): LineChange => ({ kind: 'removed', text })),
      ...split(after).map((text): LineChange => ({ kind: 'added', text })),
    ];
  }
  return parts.flatMap((part, index): readonly LineChange[] => {
    const lines = split(part.value);
    if (part.added) return lines.map((text) => ({ kind: 'added', text }));
    if (part.removed) return lines.map((text) => ({ kind: 'removed', text }));
    const head = index === 0 ? 0 : context;
    const tail = index === parts.length - 1 ? 0 : context;
    if (lines.length <= head + tail + 1) return lines.map((text) => ({ kind: 'same', text }));
    return [
      ...lines.slice(0, head).map((text): LineChange => ({ kind: 'same', text })),
      { kind: 'gap', text: `${lines.length - head - tail} lines` },
      ...lines.slice(lines.length - tail).map((text): LineChange => ({ kind: 'same', text })),
    ];
  });
}

function split(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
