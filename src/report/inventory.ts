/** What there is, as tables and as JSON: `weir clusters`, `weir components`. Pure. */
import type { JsonValue } from '../model.ts';
import { plain } from './escape.ts';

/** One line of an inventory: `name` first, then what a column or a program wants, in order. */
export interface InventoryRow {
  readonly name: string;
  readonly [field: string]: JsonValue | undefined;
}

/** A table with a line of headings; ends with a newline. Only `columns` are shown, in this order. */
export function inventoryTable(rows: readonly InventoryRow[], columns: readonly string[]): string {
  const cells = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => (line[index] ?? '').length)));
  return cells
    .map(
      (line) =>
        `${line
          .map((text, index) => text.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** An array of objects with `name` first. */
export function inventoryJson(rows: readonly InventoryRow[]): string {
  return `${JSON.stringify(rows, null, 2)}\n`;
}

function cell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(cell).join(',');
  return plain(typeof value === 'string' ? value : JSON.stringify(value));
}
