/**
 * Reads the YAML that people write: one document, strict, with the place of every node. What is refused and what is
 * accepted stands in docs/reference/yaml.md.
 */
import type { Place } from '../errors.ts';
import type { Problems } from './problems.ts';
import { readFast } from './yaml-fast.ts';
import { limits, type YamlFile } from './yaml-file.ts';
import { parseWithLibrary } from './yaml-library.ts';

export type { YamlFile } from './yaml-file.ts';

/**
 * Parses `bytes`. Everything wrong is added to `problems`; undefined when no value could be read. A file without a
 * value (empty, or comments only) has the value null.
 */
export function parseYaml(file: string, bytes: Uint8Array, problems: Problems): YamlFile | undefined {
  const start: Place = { file, line: 1, column: 1 };
  if (bytes.length > limits.size) {
    problems.add(`this file has ${bytes.length} bytes; weir reads files of at most ${limits.size} bytes`, start);
    return undefined;
  }
  const text = decodeText(file, bytes, problems);
  if (text === undefined) return undefined;
  const fast = readFast(file, text);
  return fast ? { file, ...fast, refused: noPointers } : parseWithLibrary(file, text, problems);
}

const noPointers: ReadonlySet<string> = new Set();

/** Text of a file, without a byte order mark. Not UTF-8, or with control characters: a problem, and undefined. */
export function decodeText(file: string, bytes: Uint8Array, problems: Problems): string | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    problems.add('this file is not UTF-8 text: save it as UTF-8', placeOfInvalidByte(file, bytes));
    return undefined;
  }
  if (text.startsWith('\uFEFF')) text = text.slice(1);
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/.exec(text);
  if (control) {
    const before = text.slice(0, control.index).split('\n');
    const code = control[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
    problems.add(`control character U+${code}: remove it, or write it as an escape in a double-quoted string`, {
      file,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
    });
    return undefined;
  }
  return text;
}

function placeOfInvalidByte(file: string, bytes: Uint8Array): Place {
  // The longest valid prefix ends before the bad byte: halve until it is found.
  let valid = 0;
  let invalid = bytes.length;
  const decodes = (length: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (decodes(middle)) valid = middle;
    else invalid = middle;
  }
  const before = new TextDecoder().decode(bytes.subarray(0, valid), { stream: true }).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
