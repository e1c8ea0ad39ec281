/** Where a node of an artifact stands in the file that is written for it. */
import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Place } from '../errors.ts';
import type { Artifact } from '../model.ts';
import { renderArtifact } from './artifact.ts';

interface Parsed {
  readonly document: ReturnType<typeof parseDocument>;
  readonly lines: LineCounter;
}

/**
 * A function from artifact and JSON pointer to line and column in `out/`. Files are rendered and parsed when first asked
 * for: findings are few. For a map's entry the place is that of its key.
 */
export function outputPlaces(): (artifact: Artifact, pointer: string) => Place | undefined {
  const parsed = new Map<Artifact, Parsed>();
  return (artifact, pointer) => {
    let entry = parsed.get(artifact);
    if (!entry) {
      const lines = new LineCounter();
      const document = parseDocument(renderArtifact(artifact), { lineCounter: lines, logLevel: 'silent' });
      entry = { document, lines };
      parsed.set(artifact, entry);
    }
    const offset = offsetOf(entry.document.contents, pointer.split('/').slice(1).map(decodePart));
    const position = entry.lines.linePos(offset ?? 0);
    return { file: `out/${artifact.cluster}/${artifact.path}`, line: position.line, column: position.col };
  };
}

function offsetOf(root: unknown, path: readonly string[]): number | undefined {
  let node = root;
  let offset: number | undefined;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => String((item.key as { value?: unknown }).value) === key);
      if (!pair) return offset;
      offset = (pair.key as { range?: readonly number[] }).range?.[0];
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(key)];
      if (item === undefined) return offset;
      offset = (item as { range?: readonly number[] }).range?.[0];
      node = item;
    } else return offset;
  }
  return offset;
}

function decodePart(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
