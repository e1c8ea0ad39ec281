/**
 * Objects: layers joined by `+`, one shape, memoised fields.
 *
 * An object is a list of layers, weakest first (`a + b` has a's layers, then b's). Each layer is one object literal,
 * comprehension, map of values or argument. A {@link Shape} says, per field name, which layer provides it and in which
 * slot its value is memoised. Shapes of literals with fixed names are made once per literal, and the shape of a sum of
 * such shapes is made once per pair, so that most objects cost one small array and lookups can be cached by shape.
 */

import { type ArgumentPath, JsonnetError, type JsonValue } from './api.ts';
import { charge, enter, fail, forceThunk, inLibrary, OBJECT_BYTES, run, type Site, withFrame } from './run.ts';
import { type Calls, evaluateTraced, recall, type Trace, type TraceRecord } from './trace.ts';
import { sortNames } from './unicode.ts';
import { type Frame, type Lazy, Thunk, type Value } from './values.ts';

/** `:` takes over what the layers below say, and is visible where they say nothing. */
export const INHERIT = 0;
/** `::` */
export const HIDDEN = 1;
/** `:::` */
export const VISIBLE = 2;
export type Visibility = typeof INHERIT | typeof HIDDEN | typeof VISIBLE;

/** One field of one layer. */
export interface Field {
  readonly name: string;
  readonly visibility: Visibility;
  /** `+:`, combine with the field of the layers below. */
  readonly plus: boolean;
  /** For the frame that `+:` adds to an error. */
  readonly site?: Site;
}

/** One constituent of an object. The same layer serves every object that it is part of. */
export interface Layer {
  /** Its own fields, by name. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Evaluates a field of this layer for `self`, in which this layer is the one at `index`. Not memoised. */
  evaluate(self: JObject, index: number, field: Field): Value;
  /** Whether it has assertions. */
  readonly hasAssertions?: boolean;
  /** Runs its assertions for `self`. */
  checkAssertions?(self: JObject, index: number): void;
  /** The frame in which its fields run for `self`. */
  makeFrame?(self: JObject, index: number): Frame;
  /** The calls around the expression, in a traced evaluation. */
  readonly calls?: Calls | undefined;
  /** Set for an argument's layer: what is looked up is recorded. */
  readonly reads?: LayerReads;
  /** The JSON of an object of this one layer, where it is at hand. */
  readonly tree?: (self: JObject) => JsonValue;
  /** Set by `std.objectRemoveKey`: hides all but `fields` of this many layers below it. */
  readonly covers?: number;
}

/** How the layer of an argument learns what was asked of it. */
export interface LayerReads {
  /** Presence of one key. */
  has(name: string): void;
  /** The list of keys. */
  keys(): void;
  path(): ArgumentPath;
}

/** Where one field of an object comes from. */
export interface Slot {
  readonly name: string;
  /** The slot of the memoised value. */
  readonly index: number;
  readonly layer: number;
  readonly field: Field;
  readonly visibility: Visibility;
}

/** The fields of objects that are made alike. */
export class Shape {
  readonly slots: ReadonlyMap<string, Slot>;
  readonly layerCount: number;
  readonly hasAssertions: boolean;
  /** Belongs to a place in the program, not to one object: worth remembering sums of. */
  readonly fixed: boolean;
  readonly sums = new Map<Shape, Shape>();
  private visible: readonly string[] | undefined;
  private all: readonly string[] | undefined;
  private visibleInOrder: readonly Slot[] | undefined;
  constructor(slots: ReadonlyMap<string, Slot>, layerCount: number, hasAssertions: boolean, fixed: boolean) {
    this.slots = slots;
    this.layerCount = layerCount;
    this.hasAssertions = hasAssertions;
    this.fixed = fixed;
  }
  visibleSlots(): readonly Slot[] {
    this.visibleInOrder ??= this.names(false).map((name) => this.slots.get(name)!);
    return this.visibleInOrder;
  }
  /** Names in order of code points. */
  names(includeHidden: boolean): readonly string[] {
    if (includeHidden) {
      this.all ??= sortNames([...this.slots.keys()]);
      return this.all;
    }
    if (this.visible === undefined) {
      const names: string[] = [];
      for (const slot of this.slots.values()) if (slot.visibility !== HIDDEN) names.push(slot.name);
      this.visible = sortNames(names);
    }
    return this.visible;
  }
}

/** The shape of an object with this one layer. */
export function shapeOfLayer(fields: ReadonlyMap<string, Field>, hasAssertions: boolean, fixed: boolean): Shape {
  const slots = new Map<string, Slot>();
  let index = 0;
  for (const [name, field] of fields) {
    slots.set(name, { name, index, layer: 0, field, visibility: field.visibility });
    index += 1;
  }
  return new Shape(slots, 1, hasAssertions, fixed);
}

/** The shape of the object with these layers. */
function shapeOfLayers(layers: readonly Layer[], fixed: boolean): Shape {
  const slots = new Map<string, Slot>();
  let index = 0;
  let hasAssertions = false;
  // Where a layer that hides others ends what it covers, their slots are gone; per layer, the slots as they were.
  const before: Map<string, Slot>[] = [];
  const anyCover = layers.some((layer) => layer.covers !== undefined);
  for (const [position, layer] of layers.entries()) {
    if (anyCover) before.push(new Map(slots));
    if (layer.hasAssertions) hasAssertions = true;
    if (layer.covers !== undefined) {
      index = restrict(slots, before[position - layer.covers]!, layer, index);
      continue;
    }
    for (const [name, field] of layer.fields) {
      const below = slots.get(name);
      const visibility = below && field.visibility === INHERIT ? below.visibility : field.visibility;
      slots.set(name, { name, index, layer: position, field, visibility });
      index += 1;
    }
  }
  return new Shape(slots, layers.length, hasAssertions, fixed);
}

/** Leaves of the covered layers' fields only those that `layer` lists; what stood below them shows again. */
function restrict(slots: Map<string, Slot>, below: Map<string, Slot>, layer: Layer, start: number): number {
  const covered = new Map(slots);
  slots.clear();
  for (const [name, slot] of below) slots.set(name, slot);
  let index = start;
  for (const [name, field] of layer.fields) {
    const inner = covered.get(name)!;
    const shown = below.get(name);
    const visibility = shown && field.visibility === INHERIT ? shown.visibility : field.visibility;
    slots.set(name, { ...inner, index, visibility });
    index += 1;
  }
  return index;
}

function sumOfShapes(left: Shape, right: Shape): Shape {
  const known = left.sums.get(right);
  if (known) return known;
  const slots = new Map<string, Slot>();
  let index = 0;
  for (const slot of left.slots.values()) {
    const above = right.slots.get(slot.name);
    if (above) continue;
    slots.set(slot.name, { ...slot, index });
    index += 1;
  }
  for (const slot of right.slots.values()) {
    const below = left.slots.get(slot.name);
    const visibility = below && slot.visibility === INHERIT ? below.visibility : slot.visibility;
    slots.set(slot.name, { ...slot, index, layer: slot.layer + left.layerCount, visibility });
    index += 1;
  }
  const sum = new Shape(
    slots,
    left.layerCount + right.layerCount,
    left.hasAssertions || right.hasAssertions,
    left.layerCount + right.layerCount <= MAX_FIXED_LAYERS,
  );
  if (left.sums.size < MAX_SUMS) left.sums.set(right, sum);
  return sum;
}

/** Sums of more layers come from loops that build an object; remembering their shapes would only grow. */
const MAX_FIXED_LAYERS = 12;

/** Shapes of data come and go; those of literals have fewer partners than this. */
const MAX_SUMS = 256;

const UNCHECKED = 0;
const CHECKED = 1;

/** `left + right`, not yet looked at. */
interface Sum {
  readonly left: JObject;
  readonly right: JObject;
}

/** An object value. */
export class JObject {
  readonly library: boolean;
  /** Weakest first; a sum until something is looked up, so that building an object in a loop stays linear. */
  private source: readonly Layer[] | Sum;
  private ownShape: Shape | undefined;
  private values: (Value | undefined)[] | undefined;
  /** Per layer, the frame of its fields for this object, made when a field is first evaluated. */
  private frames: (Frame | undefined)[] | undefined;
  /** By layer: values reached by `super`; in a traced evaluation all values, as records, and `values` stays empty. */
  private byLayer: (Map<string, Value | TraceRecord> | undefined)[] | undefined;
  private assertions: typeof UNCHECKED | typeof CHECKED;

  constructor(source: readonly Layer[] | Sum, shape: Shape | undefined) {
    this.library = run.library;
    this.source = source;
    this.ownShape = shape;
    this.values = undefined;
    this.frames = undefined;
    this.byLayer = undefined;
    this.assertions = UNCHECKED;
  }

  /** An object whose fields are evaluated already: `values` by slot. It may be shared like a library's. */
  static ready(layers: readonly Layer[], shape: Shape, values: Value[]): JObject {
    const object = new JObject(layers, shape);
    object.values = values;
    return object;
  }

  static sum(left: JObject, right: JObject): JObject {
    charge(1, OBJECT_BYTES);
    return new JObject({ left, right }, undefined);
  }

  /** Weakest first. */
  get layers(): readonly Layer[] {
    const { source } = this;
    return 'left' in source ? this.join(source) : source;
  }

  get shape(): Shape {
    if (this.ownShape === undefined) {
      const { layers } = this;
      this.ownShape ??= shapeOfLayers(layers, false);
    }
    return this.ownShape;
  }

  /** Turns the tree of sums into a list of layers. Without recursion: loops make trees of any depth. */
  private join({ left, right }: Sum): readonly Layer[] {
    const leaves: JObject[] = [];
    const pending: JObject[] = [left, right];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { source } = next;
      if ('left' in source) pending.push(source.left, source.right);
      else leaves.push(next);
    }
    const layers: Layer[] = [];
    let shape: Shape | undefined;
    for (let position = leaves.length - 1; position >= 0; position -= 1) {
      const leaf = leaves[position]!;
      for (const layer of leaf.source as readonly Layer[]) layers.push(layer);
      const own = leaf.ownShape?.fixed ? leaf.ownShape : undefined;
      if (position === leaves.length - 1) shape = own;
      else shape = shape?.fixed && own ? sumOfShapes(shape, own) : undefined;
    }
    charge(layers.length, 8 * layers.length);
    this.source = layers;
    this.ownShape = shape;
    return layers;
  }

  /** The visible fields in order of names. */
  visibleSlots(): readonly Slot[] {
    const { shape } = this;
    if (!shape.fixed) this.recordKeys();
    return shape.visibleSlots();
  }

  /** Field names in order of code points. */
  names(includeHidden: boolean): readonly string[] {
    const { shape } = this;
    if (!shape.fixed) this.recordKeys();
    return shape.names(includeHidden);
  }

  has(name: string, includeHidden = true): boolean {
    const slot = this.slot(name);
    if (slot) this.layers[slot.layer]!.reads?.has(name);
    return slot !== undefined && (includeHidden || slot.visibility !== HIDDEN);
  }

  /** Everything below as JSON where it is at hand: an argument as it came (recorded as read), a constant. */
  wholeTree(): JsonValue | undefined {
    const { layers } = this;
    return layers.length === 1 ? layers[0]!.tree?.(this) : undefined;
  }

  /** The path of the argument that the object is; undefined otherwise. */
  argumentPath(): ArgumentPath | undefined {
    const { layers } = this;
    return layers.length === 1 ? layers[0]!.reads?.path() : undefined;
  }

  /** The value of a field; fails where there is none. Checks the object's assertions first. */
  get(name: string): Value {
    const { shape } = this;
    if (shape.hasAssertions && this.assertions === UNCHECKED) this.checkAssertions();
    const slot = shape.fixed ? shape.slots.get(name) : this.slot(name);
    if (slot === undefined) return this.failMissing(name, this.layers.length);
    return this.read(slot);
  }

  /** The value of a field that is known to be there; assertions are the caller's. */
  read(slot: Slot): Value {
    const value = this.values?.[slot.index];
    return value === undefined ? this.evaluateSlot(slot) : value;
  }

  /** As {@link read}; an error gains the place that asked. */
  readAt(slot: Slot, site: Site): Value {
    const value = this.values?.[slot.index];
    if (value !== undefined) return value;
    try {
      return this.evaluateSlot(slot);
    } catch (error) {
      throw withFrame(error, site);
    }
  }

  /** As {@link get}; an error gains the place that asked. */
  getAt(name: string, site: Site): Value {
    try {
      return this.get(name);
    } catch (error) {
      throw withFrame(error, site);
    }
  }

  /** No layer below `end` has the field; the error names the argument that lacks it, if one is involved. */
  private failMissing(name: string, end: number): never {
    for (let index = end - 1; index >= 0; index -= 1) {
      const path = this.layers[index]!.reads?.path();
      if (path) throw new JsonnetError('runtime', `Field does not exist: ${name}`, [], [...path, name]);
    }
    return fail(`Field does not exist: ${name}`);
  }

  private slot(name: string): Slot | undefined {
    const { shape } = this;
    const slot = shape.slots.get(name);
    if (!shape.fixed) this.recordLookup(name, slot);
    return slot;
  }

  /** Asking for `name` observes every argument above the layer that answers; the answer itself is recorded when read. */
  private recordLookup(name: string, slot: Slot | undefined): void {
    const { layers } = this;
    for (let index = layers.length - 1; index > (slot?.layer ?? -1); index -= 1) layers[index]!.reads?.has(name);
  }

  private recordKeys(): void {
    for (const layer of this.layers) layer.reads?.keys();
  }

  private evaluateSlot(slot: Slot): Value {
    if (run.trace !== undefined) return this.readTraced(run.trace, slot.field, slot.layer);
    if (this.library && !run.library) return inLibrary(() => this.evaluateSlot(slot));
    const value = this.evaluateField(slot.field, slot.layer);
    this.values ??= new Array(this.ownShape!.slots.size);
    this.values[slot.index] = value;
    return value;
  }

  private layerValues(layer: number): Map<string, Value | TraceRecord> {
    this.byLayer ??= new Array(this.layers.length);
    this.byLayer[layer] ??= new Map();
    return this.byLayer[layer];
  }

  /** Traced values are kept apart, with their records. */
  private readTraced(trace: Trace, field: Field, layer: number): Value {
    const records = this.layerValues(layer);
    const known = records.get(field.name) as TraceRecord | undefined;
    if (known) return recall(trace, known);
    const { calls = trace.calls } = this.layers[layer]!;
    const record = evaluateTraced(trace, calls, () => {
      const value = this.evaluateField(field, layer);
      if (field.plus && field.site) trace.origin = { site: field.site, calls };
      return value;
    });
    records.set(field.name, record);
    return record.value;
  }

  private evaluateField(field: Field, layer: number): Value {
    enter();
    const value = field.plus ? this.evaluatePlus(field, layer) : this.layers[layer]!.evaluate(this, layer, field);
    run.depth -= 1;
    return value;
  }

  private evaluatePlus(field: Field, layer: number): Value {
    try {
      const right = this.layers[layer]!.evaluate(this, layer, field);
      if (!this.hasSuper(layer, field.name)) return right;
      return addValues(this.getSuper(layer, field.name), right);
    } catch (error) {
      throw field.site ? withFrame(error, field.site) : error;
    }
  }

  /** The strongest layer below `layer` that has `name`, or -1. */
  private findBelow(layer: number, name: string): number {
    const { layers } = this;
    for (let index = layer - 1; index >= 0; index -= 1) {
      const candidate = layers[index]!;
      if (candidate.covers !== undefined) {
        if (!candidate.fields.has(name)) index -= candidate.covers;
        continue;
      }
      candidate.reads?.has(name);
      if (candidate.fields.has(name)) return index;
    }
    return -1;
  }

  /** `name in super`, seen from a field of the layer at `layer`. */
  hasSuper(layer: number, name: string): boolean {
    return this.findBelow(layer, name) !== -1;
  }

  /** `super.name`, seen from a field of the layer at `layer`. */
  getSuper(layer: number, name: string): Value {
    if (this.shape.hasAssertions && this.assertions === UNCHECKED) this.checkAssertions();
    if (layer === 0) return fail('Attempt to use super when there is no super class.');
    const index = this.findBelow(layer, name);
    if (index === -1) return this.failMissing(name, layer);
    if (run.trace !== undefined) return this.readTraced(run.trace, this.layers[index]!.fields.get(name)!, index);
    const known = this.layerValues(index) as Map<string, Value>;
    let value = known.get(name);
    if (value === undefined) {
      value = this.evaluateField(this.layers[index]!.fields.get(name)!, index);
      known.set(name, value);
    }
    return value;
  }

  /** Assertions may look at the object that they guard, so they count as passed while they run. */
  checkAssertions(): void {
    if (this.assertions === CHECKED || !this.shape.hasAssertions) return;
    if (this.library && !run.library) {
      inLibrary(() => {
        this.checkAssertions();
        return null;
      });
      return;
    }
    this.assertions = CHECKED;
    try {
      enter();
      const { layers } = this;
      for (let index = layers.length - 1; index >= 0; index -= 1) {
        const layer = layers[index]!;
        if (layer.hasAssertions) layer.checkAssertions?.(this, index);
      }
      run.depth -= 1;
    } catch (error) {
      this.assertions = UNCHECKED;
      throw error;
    }
  }

  /** The frame in which the fields of the layer at `layer` run for this object. */
  frame(layer: number): Frame {
    this.frames ??= new Array(this.layers.length);
    this.frames[layer] ??= this.layers[layer]!.makeFrame!(this, layer);
    return this.frames[layer];
  }
}

/** Jsonnet's `+` for `+:` fields: set by `operators.ts`, which needs objects itself. */
let addValues: (left: Value, right: Value) => Value = () => fail('operators are not loaded');
export function setAdd(add: (left: Value, right: Value) => Value): void {
  addValues = add;
}

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
}

const MAX_LISTED_NAMES = 32;
/** Known beginnings of name lists; beyond this they are forgotten. */
const MAX_NAME_LISTS = 20_000;
let nameLists: NameList = { next: new Map(), fields: undefined, shape: undefined };
let nameListCount = 0;

function nameListOf(entries: Map<string, Lazy>): NameList {
  if (nameListCount > MAX_NAME_LISTS) {
    nameLists = { next: new Map(), fields: undefined, shape: undefined };
    nameListCount = 0;
  }
  let list = nameLists;
  for (const name of entries.keys()) {
    let next = list.next.get(name);
    if (next === undefined) {
      next = { next: new Map(), fields: undefined, shape: undefined };
      list.next.set(name, next);
      nameListCount += 1;
    }
    list = next;
  }
  return list;
}

function fieldsOf(entries: Map<string, Lazy>): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const name of entries.keys()) fields.set(name, { name, visibility: INHERIT, plus: false });
  return fields;
}

/** An object of visible fields. */
export function objectOf(entries: Map<string, Lazy>): JObject {
  if (entries.size > MAX_LISTED_NAMES) return new JObject([new ValuesLayer(entries, fieldsOf(entries))], undefined);
  const list = nameListOf(entries);
  list.fields ??= fieldsOf(entries);
  list.shape ??= shapeOfLayer(list.fields, false, true);
  return new JObject([new ValuesLayer(entries, list.fields)], list.shape);
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
