/**
 * Fields of layers, and which of them an object has.
 *
 * An object is a list of layers, weakest first (`a + b` has a's layers, then b's). Each layer is one object literal,
 * comprehension, map of values or argument. A {@link Shape} says, per field name, which layer provides it and in which
 * slot its value is memoised. Shapes of literals with fixed names are made once per literal, and the shape of a sum of
 * such shapes is made once per pair, so that most objects cost one small array and lookups can be cached by shape.
 */

import type { ArgumentPath, JsonValue } from './api.ts';
import type { JObject } from './objects.ts';
import type { Site } from './run.ts';
import type { Calls } from './trace.ts';
import { sortNames } from './unicode.ts';
import type { Frame, Value } from './values.ts';

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
  sums: Map<Shape, Shape> | undefined;
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
export function shapeOfLayers(layers: readonly Layer[], fixed: boolean): Shape {
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

export function sumOfShapes(left: Shape, right: Shape): Shape {
  const known = left.sums?.get(right);
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
  left.sums ??= new Map();
  if (left.sums.size < MAX_SUMS) left.sums.set(right, sum);
  return sum;
}

/** Sums of more layers come from loops that build an object; remembering their shapes would only grow. */
const MAX_FIXED_LAYERS = 12;

/** Shapes of data come and go; those of literals have fewer partners than this. */
const MAX_SUMS = 256;
