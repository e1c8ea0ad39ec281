/**
 * Literals without a variable part. Templates are full of them (rules, selectors, whole schemas), so they are made once
 * per program instead of once per evaluation, together with their JSON.
 */

import type { JsonValue } from '../api.ts';
import type { Node, ObjectNode } from '../ast.ts';
import { type NamedShape, shapeOfNames } from '../data-objects.ts';
import { manifestArray, manifestObject } from '../manifest.ts';
import { JObject } from '../objects.ts';
import { charge, checkDepth, run } from '../run.ts';
import { type Field, INHERIT, type Layer, type Shape, shapeOfLayer } from '../shapes.ts';
import { JArray, type Value } from '../values.ts';

/** Gives the value of a constant expression, made when it is first asked for; undefined for any other expression. */
export function constantOf(node: Node): (() => Value) | undefined {
  if (!isConstant(node)) return undefined;
  let value: Value | undefined;
  return () => {
    value ??= build(node);
    return value;
  };
}

/** Asked of an object and of each object around it. */
const known = new WeakMap<Node, boolean>();

function isConstant(node: Node): boolean {
  switch (node.kind) {
    case 'literal':
      // Too large for a double: an error where it is evaluated.
      return node.value !== Number.POSITIVE_INFINITY;
    case 'parens':
      return isConstant(node.inner);
    case 'array':
    case 'object': {
      let constant = known.get(node);
      if (constant === undefined) {
        constant = node.kind === 'array' ? node.elements.every(isConstant) : isConstantObject(node);
        known.set(node, constant);
      }
      return constant;
    }
    default:
      return false;
  }
}

function isConstantObject(node: ObjectNode): boolean {
  if (node.locals.length > 0 || node.asserts.length > 0) return false;
  const names = new Set(node.fields.map((field) => fixedName(field.name)));
  if (names.has(undefined) || names.size < node.fields.length) return false;
  return node.fields.every((field) => !field.plus && isConstant(field.body));
}

function build(node: Node): Value {
  if (node.kind === 'literal') return node.value;
  if (node.kind === 'parens') return build(node.inner);
  if (node.kind === 'array') return new ConstantArray(node.elements.map(build));
  const { fields } = node as ObjectNode;
  const names = fields.map((field) => fixedName(field.name)!);
  const values = fields.map((field) => build(field.body));
  if (fields.every((field) => field.visibility === INHERIT)) return constantObject(shapeOfNames(names), values);
  const own = new Map<string, Field>();
  for (const [index, name] of names.entries()) {
    own.set(name, { name, visibility: fields[index]!.visibility, plus: false });
  }
  return constantObject({ fields: own, shape: shapeOfLayer(own, false, true) }, values);
}

function fixedName(name: Node): string | undefined {
  return name.kind === 'literal' && typeof name.value === 'string' ? name.value : undefined;
}

/** JSON that is made once; putting it out costs every evaluation the same. */
class Output {
  private json: JsonValue | undefined;
  private steps = 0;
  private bytes = 0;
  private readonly height: number;
  /** `height` is how deep the containers nest. */
  constructor(height: number) {
    this.height = height;
  }
  get(make: () => JsonValue): JsonValue {
    if (this.json === undefined) {
      const { steps, bytes } = run;
      this.json = make();
      this.steps = run.steps - steps;
      this.bytes = run.bytes - bytes;
      return this.json;
    }
    run.steps += this.steps;
    run.bytes += this.bytes;
    charge(0, 0);
    checkDepth(this.height);
    return this.json;
  }
}

/** The height of a container of these constants. */
function heightOver(values: readonly Value[]): number {
  let height = 0;
  for (const value of values) {
    if (value instanceof ConstantArray) height = Math.max(height, value.height);
    if (value instanceof JObject) height = Math.max(height, (value.layers[0] as ConstantLayer).height);
  }
  return height + 1;
}

class ConstantArray extends JArray {
  readonly height: number;
  private readonly output: Output;
  constructor(elements: Value[]) {
    super(elements);
    this.height = heightOver(elements);
    this.output = new Output(this.height);
  }
  override wholeTree(): JsonValue {
    return this.output.get(() => manifestArray(this));
  }
}

class ConstantLayer implements Layer {
  readonly fields: ReadonlyMap<string, Field>;
  readonly height: number;
  private readonly shape: Shape;
  private readonly values: readonly Value[];
  private readonly output: Output;
  constructor({ fields, shape }: NamedShape, values: readonly Value[]) {
    this.fields = fields;
    this.shape = shape;
    this.values = values;
    this.height = heightOver(values);
    this.output = new Output(this.height);
  }
  evaluate(_self: JObject, _index: number, field: Field): Value {
    return this.values[this.shape.slots.get(field.name)!.index]!;
  }
  tree(self: JObject): JsonValue {
    return this.output.get(() => manifestObject(self));
  }
}

/** `values` by slot of the shape. */
function constantObject(named: NamedShape, values: Value[]): JObject {
  return JObject.ready([new ConstantLayer(named, values)], named.shape, values);
}
