/**
 * Arguments that know what is read of them.
 *
 * Each argument is a tree of {@link ArgumentNode}s, made as far as the program looks. A node keeps a few bits: what was
 * asked about the value at its path. Reading a scalar gives the bare value and leaves the bit; containers are values
 * whose accessors leave bits, also when they have become layers of other objects by `+`.
 */

import type { ArgumentPath, ArgumentRead, JsonObject, JsonValue } from './api.ts';
import { shapeOfArgument } from './data-objects.ts';
import { setKey } from './manifest.ts';
import { JObject } from './objects.ts';
import { charge, run } from './run.ts';
import type { Field, Layer, LayerReads } from './shapes.ts';
import { noteRead } from './trace.ts';
import { sortNames } from './unicode.ts';
import { JArray, type Lazy, Thunk, type Value } from './values.ts';

const TYPE = 1;
const SCALAR = 2;
const KEYS = 4;
const LENGTH = 8;
const TREE = 16;

export class ArgumentNode {
  readonly json: JsonValue;
  private readonly parent: ArgumentNode | undefined;
  private readonly key: string | number;
  private seen = 0;
  private asked: Set<string> | undefined;
  private readonly children = new Map<string | number, ArgumentNode>();
  private container: JObject | JArray | undefined;
  private sorted: JsonValue | undefined;

  constructor(json: JsonValue, key: string | number, parent?: ArgumentNode) {
    this.json = json;
    this.key = key;
    this.parent = parent;
  }

  path(): ArgumentPath {
    const path: (string | number)[] = [];
    for (let node: ArgumentNode | undefined = this; node; node = node.parent) path.push(node.key);
    return path.reverse();
  }

  child(key: string | number): ArgumentNode {
    let child = this.children.get(key);
    if (!child) {
      const json = typeof key === 'number' ? (this.json as readonly JsonValue[])[key] : (this.json as JsonObject)[key];
      child = new ArgumentNode(json!, key, this);
      this.children.set(key, child);
    }
    return child;
  }

  /** The value as the program sees it. */
  value(): Value {
    const { json } = this;
    if (typeof json !== 'object' || json === null) {
      this.seen |= SCALAR;
      this.note(undefined, false);
      return json;
    }
    this.seen |= TYPE;
    this.container ??= Array.isArray(json) ? new TrackedArray(this) : trackedObject(this);
    return this.container;
  }

  sawKey(name: string): void {
    this.asked ??= new Set();
    this.asked.add(name);
    this.note(name, false);
  }
  sawKeys(): void {
    this.seen |= KEYS;
    this.note(undefined, false);
  }
  sawLength(): void {
    this.seen |= LENGTH;
    this.note(undefined, false);
  }
  /** Tells a traced evaluation. That a container is one says little, so looking into it is not told. */
  private note(key: string | undefined, tree: boolean): void {
    if (run.trace !== undefined) noteRead({ path: () => this.path(), key, tree });
  }
  /** Everything from here on, as JSON of its own with sorted keys. */
  tree(): JsonValue {
    this.seen |= TREE;
    this.note(undefined, true);
    this.sorted ??= sortedCopy(this.json);
    return this.sorted;
  }

  /** What was asked at and below this node, in a fixed order; a whole tree stands for all below it. */
  collect(out: ArgumentRead[]): void {
    const { seen } = this;
    const path = this.path();
    if (seen & TREE) {
      out.push({ kind: 'tree', path });
      return;
    }
    if (seen & TYPE) out.push({ kind: 'type', path });
    if (seen & SCALAR) out.push({ kind: 'scalar', path });
    if (seen & KEYS) out.push({ kind: 'keys', path });
    if (seen & LENGTH) out.push({ kind: 'length', path });
    if (this.asked) for (const key of sortNames([...this.asked])) out.push({ kind: 'has', path, key });
    const names = [...this.children.keys()];
    const ordered = Array.isArray(this.json)
      ? names.sort((left, right) => Number(left) - Number(right))
      : sortNames(names as string[]);
    for (const name of ordered) this.children.get(name)!.collect(out);
  }
}

/** An argument that is handed to the program: nothing of it is read yet. */
export function argumentThunk(node: ArgumentNode): Lazy {
  return new Thunk(readNode, node, false);
}

function readNode(node: ArgumentNode): Value {
  return node.value();
}

function sortedCopy(json: JsonValue): JsonValue {
  charge(1, 16);
  if (typeof json === 'string') charge(0, json.length);
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(sortedCopy);
  const copy: Record<string, JsonValue> = {};
  for (const key of sortNames(Object.keys(json))) setKey(copy, key, sortedCopy((json as JsonObject)[key]!));
  return copy;
}

class TrackedArray extends JArray {
  private readonly node: ArgumentNode;
  constructor(node: ArgumentNode) {
    super((node.json as readonly JsonValue[]).map((_, index) => argumentThunk(node.child(index))));
    this.node = node;
  }
  override get length(): number {
    this.node.sawLength();
    return this.list.length;
  }
  override elements(): readonly Lazy[] {
    this.node.sawLength();
    return this.list;
  }
  override at(index: number): Lazy | undefined {
    // An element that is there says so itself when it is read.
    if (index >= this.list.length) this.node.sawLength();
    return this.list[index];
  }
  override wholeTree(): JsonValue {
    return this.node.tree();
  }
  override argumentPath(): ArgumentPath {
    return this.node.path();
  }
}

function trackedObject(node: ArgumentNode): JObject {
  const { fields, shape } = shapeOfArgument(Object.keys(node.json as JsonObject));
  return new JObject([new TrackedLayer(node, fields)], shape);
}

class TrackedLayer implements Layer {
  readonly fields: ReadonlyMap<string, Field>;
  readonly reads: LayerReads;
  private readonly node: ArgumentNode;
  constructor(node: ArgumentNode, fields: ReadonlyMap<string, Field>) {
    this.node = node;
    this.fields = fields;
    this.reads = {
      has: (name) => node.sawKey(name),
      keys: () => node.sawKeys(),
      path: () => node.path(),
    };
  }
  tree(): JsonValue {
    return this.node.tree();
  }
  evaluate(_self: JObject, _index: number, field: Field): Value {
    return this.node.child(field.name).value();
  }
}
