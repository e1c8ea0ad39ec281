/** One source file: its text, and line and column of any offset in it. */

import { JsonnetError, type SourceSpan } from './api.ts';

export class Source {
  readonly file: string;
  readonly text: string;
  private lineStarts: number[] | undefined;
  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Offsets are UTF-16 indices into `text`; `end` is exclusive. */
  span(start: number, end: number): SourceSpan {
    const from = this.place(start);
    const to = this.place(end);
    return { file: this.file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  private place(offset: number): { line: number; column: number } {
    this.lineStarts ??= findLineStarts(this.text);
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: countPoints(this.text, starts[low]!, offset) + 1 };
  }

  staticError(message: string, start: number, end: number): JsonnetError {
    return new JsonnetError('static', message, [{ span: this.span(start, end) }]);
  }
}

/** Code points between two offsets. At nobody's cost, unlike `unicode.ts`: errors need places when limits are used up. */
function countPoints(text: string, start: number, end: number): number {
  let count = end - start;
  for (let index = start; index < end; index += 1) {
    const unit = text.charCodeAt(index);
    // The second half of a pair.
    if (unit >= 0xdc00 && unit <= 0xdfff) count -= 1;
  }
  return count;
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) starts.push(index + 1);
  return starts;
}
