/** `std.manifestTomlEx`: objects as tables, arrays of objects as arrays of tables, everything else as values. */

import { JObject } from '../objects.ts';
import { quote } from '../strings.ts';
import { JArray, type Runtime, type Value } from '../values.ts';
import { DEPTH_MESSAGE, MAX_MANIFEST_DEPTH, wholly } from './walk.ts';

/** The body of an object as TOML; `indent` is added per table level and inside of arrays. */
export function manifestToml(rt: Runtime, value: Value, indent: string): string {
  if (!(value instanceof JObject)) return rt.fail(`TOML body must be an object. Got ${rt.type(value)}`);
  return new Writer(rt, indent).body(rt.object(wholly(rt, value)), [], [], '', MAX_MANIFEST_DEPTH);
}

function key(name: string): string {
  if (name === '') return "''";
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : quote(name);
}

class Writer {
  private readonly rt: Runtime;
  private readonly indent: string;
  constructor(rt: Runtime, indent: string) {
    this.rt = rt;
    this.indent = indent;
  }

  private descend(depth: number): void {
    if (depth <= 0) this.rt.fail(DEPTH_MESSAGE);
  }

  /** The fields of a table: values first, then its tables. `path` is what headers say, `place` what errors say. */
  body(table: JObject, path: readonly string[], place: readonly string[], lead: string, depth: number): string {
    this.descend(depth);
    const values: string[] = [];
    const tables: string[] = [''];
    for (const name of table.names(false)) {
      const value = table.get(name);
      const inner = [...place, name];
      if (value instanceof JObject) {
        tables.push(this.table(value, [...path, name], inner, lead, depth - 1));
      } else if (value instanceof JArray && this.isTableArray(value)) {
        tables.push(this.tableArray(value, [...path, name], inner, lead, depth - 1));
      } else {
        values.push(...`${key(name)} = ${this.value(value, inner, false, depth - 1)}`.split('\n'));
      }
    }
    const out = (values.length > 0 ? lead : '') + values.join(`\n${lead}`) + tables.join('\n\n');
    this.rt.charge(values.length + tables.length, out.length);
    return out;
  }

  private isTableArray(array: JArray): boolean {
    return array.length > 0 && array.elements().every((element) => this.rt.force(element) instanceof JObject);
  }

  private table(
    table: JObject,
    path: readonly string[],
    place: readonly string[],
    lead: string,
    depth: number,
  ): string {
    this.descend(depth);
    const header = `${lead}[${path.map(key).join('.')}]${table.names(false).length > 0 ? '\n' : ''}`;
    return header + this.body(table, path, place, lead + this.indent, depth - 1);
  }

  private tableArray(
    array: JArray,
    path: readonly string[],
    place: readonly string[],
    lead: string,
    depth: number,
  ): string {
    this.descend(depth);
    const sections = array.elements().map((element, index) => {
      const table = this.rt.object(element);
      const header = `${lead}[[${path.map(key).join('.')}]]${table.names(false).length > 0 ? '\n' : ''}`;
      return header + this.body(table, path, [...place, String(index)], lead + this.indent, depth - 1);
    });
    return sections.join('\n\n');
  }

  private value(value: Value, place: readonly string[], inline: boolean, depth: number): string {
    const { rt } = this;
    this.descend(depth);
    if (typeof value === 'string') return quote(value);
    if (typeof value === 'number') return rt.formatNumber(value);
    if (typeof value === 'boolean') return String(value);
    if (value === null) return rt.fail(`Tried to manifest "null" at [${place.join(' ')}]`);
    if (value instanceof JArray) {
      if (value.length === 0) return '[]';
      const lead = inline ? '' : this.indent;
      const separator = inline ? ' ' : '\n';
      const items = value
        .elements()
        .map((item, index) => lead + this.value(rt.force(item), [...place, String(index)], true, depth - 1));
      return `[${separator}${items.join(`,${separator}`)}${separator}]`;
    }
    if (!(value instanceof JObject)) return rt.fail(`Tried to manifest function at [${place.join(' ')}]`);
    const fields = value
      .names(false)
      .map((name) => `${key(name)} = ${this.value(value.get(name), [...place, name], true, depth - 1)}`);
    return `{ ${fields.join(', ')} }`;
  }
}
