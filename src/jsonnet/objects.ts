/** Objects: layers joined by `+`, one shape, memoised fields. See `shapes.ts` for what layers and shapes are. */

import { type ArgumentPath, JsonnetError, type JsonValue } from './api.ts';
import { charge, enter, fail, inLibrary, OBJECT_BYTES, run, type Site, withFrame } from './run.ts';
import { type Field, HIDDEN, type Layer, type Shape, type Slot, shapeOfLayers, sumOfShapes } from './shapes.ts';
import { evaluateTraced, recall, type Trace, type TraceRecord } from './trace.ts';
import type { Frame, Value } from './values.ts';

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
