/** Object expressions. */

import type { AssertNode, Bind, FieldNode, Node, ObjectNode } from '../ast.ts';
import { JObject } from '../objects.ts';
import { typeError } from '../operators.ts';
import { charge, DYNAMIC_FIELD_BYTES, fail, OBJECT_BYTES, run, type Site, withFrame } from '../run.ts';
import { type Field, type Layer, shapeOfLayer } from '../shapes.ts';
import { quote } from '../strings.ts';
import type { Calls } from '../trace.ts';
import { type Code, type Frame, typeOf, type Value } from '../values.ts';
import { ANONYMOUS, type Context, type Delayed, operand, siteOf } from './context.ts';
import { compile, compileError, delayBinds } from './expression.ts';
import { LAYER_SLOT, SELF_SLOT } from './scope.ts';
import { asksForSelf } from './self.ts';

/** A field with its code, which runs in the object's frame, or around it for objects without a frame. */
export interface CodeField extends Field {
  readonly code: Code;
}

/** What all objects of one object expression share. */
interface ObjectTemplate {
  readonly framed: boolean;
  readonly locals: readonly { readonly slot: number; readonly delayed: Delayed }[];
  readonly asserts: readonly Code[];
  readonly size: () => number;
  /** The fields, unless names are computed. */
  fields: ReadonlyMap<string, CodeField> | undefined;
}

/** One evaluation of an object expression with fixed names. */
class LiteralLayer implements Layer {
  readonly template: ObjectTemplate;
  readonly env: Frame;
  constructor(template: ObjectTemplate, env: Frame) {
    this.template = template;
    this.env = env;
  }
  get fields(): ReadonlyMap<string, CodeField> {
    return this.template.fields!;
  }
  get hasAssertions(): boolean {
    return this.template.asserts.length > 0;
  }
  evaluate(self: JObject, index: number, field: CodeField): Value {
    return field.code(this.template.framed ? self.frame(index) : this.env);
  }
  makeFrame(self: JObject, index: number): Frame {
    const { template } = this;
    const frame: Frame = new Array(template.size());
    frame[0] = this.env;
    frame[SELF_SLOT] = self;
    frame[LAYER_SLOT] = index;
    for (const { slot, delayed } of template.locals) frame[slot] = delayed(frame);
    return frame;
  }
  checkAssertions(self: JObject, index: number): void {
    const frame = this.template.framed ? self.frame(index) : this.env;
    for (const check of this.template.asserts) check(frame);
  }
}

/** One evaluation of an object expression with computed names, or of any in a traced evaluation. */
class OwnLayer extends LiteralLayer {
  private readonly own: ReadonlyMap<string, CodeField>;
  readonly calls: Calls | undefined;
  constructor(fields: ReadonlyMap<string, CodeField>, template: ObjectTemplate, env: Frame) {
    super(template, env);
    this.own = fields;
    this.calls = run.trace?.calls;
  }
  override get fields(): ReadonlyMap<string, CodeField> {
    return this.own;
  }
}

export function compileObject(node: ObjectNode, context: Context): Code {
  const framed =
    node.locals.length > 0 || asksForSelf(node.fields, node.asserts, context.scope.inObject ? 'inner' : 'outermost');
  const inner = insideContext(context, framed);
  // Locals first: fields see them.
  const template = compileTemplate(node.locals, node.asserts, framed, inner);
  const members = node.fields.map((field) => ({
    compiled: compileField(field, inner),
    computed: compile(field.name, operand(context)),
  }));
  const fields = new Map(members.map(({ compiled }) => [compiled.name, compiled]));
  const fixed = fields.size === members.length && node.fields.every((field) => fixedName(field.name) !== undefined);
  if (fixed) {
    template.fields = fields;
    const shape = shapeOfLayer(fields, node.asserts.length > 0, true);
    const { traced } = context.file;
    return (frame) => {
      charge(1, OBJECT_BYTES);
      const layer = traced ? new OwnLayer(fields, template, frame) : new LiteralLayer(template, frame);
      return new JObject([layer], shape);
    };
  }
  const site = siteOf(node, context);
  return (frame) => {
    const own = new Map<string, CodeField>();
    for (const { compiled, computed } of members) addField(own, computed(frame), compiled, site);
    charge(own.size, OBJECT_BYTES + DYNAMIC_FIELD_BYTES * own.size);
    return new JObject([new OwnLayer(own, template, frame)], undefined);
  };
}

function fixedName(name: Node): string | undefined {
  return name.kind === 'literal' && typeof name.value === 'string' ? name.value : undefined;
}

/** A name of null leaves the field out. */
export function addField<F extends Field>(fields: Map<string, F>, name: Value, field: F, site: Site): void {
  if (name === null) return;
  try {
    if (typeof name !== 'string') fail(`Field name must be string, got ${typeOf(name)}`);
    else if (fields.has(name)) fail(`Duplicate field name: ${quote(name)}`);
    else fields.set(name, field.name === name ? field : { ...field, name });
  } catch (error) {
    throw withFrame(error, site);
  }
}

/** The surroundings of fields, locals and asserts. */
export function insideContext(context: Context, framed: boolean): Context {
  const scope = framed ? context.scope.object() : context.scope.frameless();
  return { ...context, scope, words: `object <${context.bind}>`, bind: ANONYMOUS, tail: false };
}

function compileTemplate(
  locals: readonly Bind[],
  asserts: readonly AssertNode[],
  framed: boolean,
  inner: Context,
): ObjectTemplate {
  const { layout } = inner.scope;
  const slots = locals.map((bind) => inner.scope.declare(bind.name));
  const delayed = delayBinds(locals, slots, inner);
  return {
    framed,
    locals: slots.map((slot, index) => ({ slot, delayed: delayed[index]! })),
    asserts: asserts.map((assert) => compileObjectAssert(assert, inner)),
    size: () => layout.size,
    fields: undefined,
  };
}

function compileObjectAssert(assert: AssertNode, inner: Context): Code {
  const site = siteOf(assert, inner, '');
  const condition = compile(assert.condition, inner);
  const failure = compileError(assert.message ?? 'Object assertion failed.', site, inner);
  return (frame) => {
    const value = condition(frame);
    if (value === true) return true;
    if (value === false) return failure(frame);
    try {
      return typeError(value, 'boolean');
    } catch (error) {
      throw withFrame(error, site);
    }
  };
}

export function compileField(field: FieldNode, inner: Context): CodeField {
  return {
    name: fixedName(field.name) ?? '',
    visibility: field.visibility,
    plus: field.plus,
    code: compile(field.body, inner),
    ...(field.plus ? { site: siteOf(field.body, inner, '+:') } : {}),
  };
}
