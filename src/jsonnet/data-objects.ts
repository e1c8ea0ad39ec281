/** Objects that no object expression of the program made: of values, of arguments, with a field less. */

import { JObject } from './objects.ts';
import { fail, forceThunk } from './run.ts';
import { type Field, INHERIT, type Layer, type Shape, shapeOfLayer } from './shapes.ts';
import { type Lazy, Thunk, type Value } from './values.ts';

/** A layer of ready or delayed values: what built-ins make. */
class ValuesLayer implements Layer {
  readonly fields: ReadonlyMap<string, Field>;
  private readonly entries: Map<string, Lazy>;
  constructor(entries: Map<string, Lazy>, fields: ReadonlyMap<string, Field>) {
    this.entries = entries;
    this.fields = fields;
  }
  evaluate(_self: JObject, _index: number, field: Field): Value {
    const value = this.entries.get(field.name)!;
    return value instanceof Thunk ? forceThunk(value) : value;
  }
}

/** What objects of values with the same names share: records of parsed JSON are alike by the thousand. */
interface NameList {
  readonly next: Map<string, NameList>;
  fields: ReadonlyMap<string, Field> | undefined;
  shape: Shape | undefined;
  /** The same for arguments: not `fixed`, so that lookups are recorded. */
  argumentShape: Shape | undefined;
}

function emptyList(): NameList {
  return { next: new Map(), fields: undefined, shape: undefined, argumentShape: undefined };
}

const MAX_LISTED_NAMES = 32;
/** Known beginnings of name lists; beyond this they are forgotten. */
const MAX_NAME_LISTS = 20_000;
let nameLists: NameList = emptyList();
let nameListCount = 0;

function nameListOf(names: Iterable<string>): NameList {
  if (nameListCount > MAX_NAME_LISTS) {
    nameLists = emptyList();
    nameListCount = 0;
  }
  let list = nameLists;
  for (const name of names) {
    let next = list.next.get(name);
    if (next === undefined) {
      next = emptyList();
      list.next.set(name, next);
      nameListCount += 1;
    }
    list = next;
  }
  return list;
}

function fieldsOf(names: Iterable<string>): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const name of names) fields.set(name, { name, visibility: INHERIT, plus: false });
  return fields;
}

/** Fields and shape of objects that have these visible fields; those of arguments record what is looked up. */
export interface NamedShape {
  readonly fields: ReadonlyMap<string, Field>;
  readonly shape: Shape;
}

/** `names` in the order of the slots. */
export function shapeOfNames(names: readonly string[]): NamedShape {
  if (names.length > MAX_LISTED_NAMES) return unlisted(names, true);
  const list = nameListOf(names);
  list.fields ??= fieldsOf(names);
  list.shape ??= shapeOfLayer(list.fields, false, true);
  return { fields: list.fields, shape: list.shape };
}

export function shapeOfArgument(names: readonly string[]): NamedShape {
  if (names.length > MAX_LISTED_NAMES) return unlisted(names, false);
  const list = nameListOf(names);
  list.fields ??= fieldsOf(names);
  list.argumentShape ??= shapeOfLayer(list.fields, false, false);
  return { fields: list.fields, shape: list.argumentShape };
}

function unlisted(names: readonly string[], fixed: boolean): NamedShape {
  const fields = fieldsOf(names);
  return { fields, shape: shapeOfLayer(fields, false, fixed) };
}

/** An object of visible fields. */
export function objectOf(entries: Map<string, Lazy>): JObject {
  const names = [...entries.keys()];
  // The shape of a large one is its own: made when something is looked up, and no sum with it is worth remembering.
  if (names.length > MAX_LISTED_NAMES) return new JObject([new ValuesLayer(entries, fieldsOf(names))], undefined);
  const { fields, shape } = shapeOfNames(names);
  return new JObject([new ValuesLayer(entries, fields)], shape);
}

/** `object` without the field `name`; the fields that are left still see all of it through `super`, as in go-jsonnet. */
export function withoutField(object: JObject, name: string): JObject {
  const fields = new Map<string, Field>();
  for (const retained of object.names(true)) {
    if (retained === name) continue;
    const { visibility } = object.shape.slots.get(retained)!;
    fields.set(retained, { name: retained, visibility, plus: false });
  }
  const restriction: Layer = {
    fields,
    covers: object.layers.length,
    evaluate: () => fail('a restriction has no fields of its own'),
  };
  return new JObject([...object.layers, restriction], undefined);
}
