/** `[e for x in xs if c]` and `{[k]: v for x in xs}`. */

import type { ArrayComprehensionNode, Clause, ObjectComprehensionNode } from '../ast.ts';
import { JObject } from '../objects.ts';
import { typeError } from '../operators.ts';
import {
  ARRAY_BYTES,
  charge,
  DYNAMIC_FIELD_BYTES,
  FRAME_BYTES,
  OBJECT_BYTES,
  run,
  type Site,
  withFrame,
} from '../run.ts';
import type { Field, Layer } from '../shapes.ts';
import type { Calls } from '../trace.ts';
import { type Code, type Frame, JArray, type Lazy, type Value } from '../values.ts';
import { type Context, type Delayed, delayedContext, operand, siteOf } from './context.ts';
import { compile, delay, delayBinds } from './expression.ts';
import { addField, type CodeField, compileField, insideContext } from './object.ts';
import { LAYER_SLOT, type Scope, SELF_SLOT } from './scope.ts';
import { asksForSelf } from './self.ts';

/** Runs the clauses from one on, and what stands in the middle for each turn. */
type Turn<T> = (frame: Frame, out: T) => void;

/** The scope inside of all clauses, and a runner that calls `middle` there. */
function compileClauses<T>(
  clauses: readonly Clause[],
  context: Context,
  site: Site,
  middle: (scope: Scope) => Turn<T>,
): Turn<T> {
  const [clause, ...rest] = clauses;
  if (!clause) return middle(context.scope);
  if (clause.kind === 'if') {
    const condition = compile(clause.condition, operand(context));
    const next = compileClauses(rest, context, site, middle);
    return (frame, out) => {
      if (isTrue(condition(frame), site)) next(frame, out);
    };
  }
  const list = compile(clause.list, operand(context));
  const scope = context.scope.framed();
  const slot = scope.declare(clause.name);
  const next = compileClauses(rest, { ...context, scope }, site, middle);
  const { layout } = scope;
  return (frame, out) => {
    const elements = elementsOf(list(frame), site);
    for (let index = 0; index < elements.length; index += 1) {
      const turn: Frame = new Array(layout.size);
      turn[0] = frame;
      turn[slot] = elements[index];
      next(turn, out);
    }
  };
}

function isTrue(value: Value, site: Site): boolean {
  if (typeof value === 'boolean') return value;
  try {
    return typeError(value, 'boolean');
  } catch (error) {
    throw withFrame(error, site);
  }
}

/** The elements to go through, paid for. */
function elementsOf(value: Value, site: Site): readonly Lazy[] {
  try {
    if (value instanceof JArray) {
      const elements = value.elements();
      charge(elements.length, FRAME_BYTES * elements.length);
      return elements;
    }
    return typeError(value, 'array');
  } catch (error) {
    throw withFrame(error, site);
  }
}

export function compileArrayComprehension(node: ArrayComprehensionNode, context: Context): Code {
  const site = siteOf(node, context, '');
  const go = compileClauses<Lazy[]>(node.clauses, operand(context), site, (scope) => {
    const body = delay(node.body, delayedContext({ ...context, scope }));
    return (frame, out) => {
      out.push(body(frame));
    };
  });
  return (frame) => {
    const list: Lazy[] = [];
    go(frame, list);
    charge(1, ARRAY_BYTES + 8 * list.length);
    return new JArray(list);
  };
}

/** A field of a comprehension: it keeps the frame of its turn. */
interface TurnField extends CodeField {
  readonly env: Frame;
}

interface ComprehensionTemplate {
  readonly framed: boolean;
  readonly locals: readonly { readonly slot: number; readonly delayed: Delayed }[];
  readonly size: () => number;
}

class ComprehensionLayer implements Layer {
  readonly fields: ReadonlyMap<string, Field>;
  readonly calls: Calls | undefined;
  private readonly template: ComprehensionTemplate;
  constructor(fields: ReadonlyMap<string, TurnField>, template: ComprehensionTemplate) {
    this.fields = fields;
    this.template = template;
    this.calls = run.trace?.calls;
  }
  evaluate(self: JObject, index: number, field: TurnField): Value {
    const { framed, locals, size } = this.template;
    if (!framed) return field.code(field.env);
    // Unlike an object expression's fields, these do not share a frame: each has its turn's variables around it.
    const frame: Frame = new Array(size());
    frame[0] = field.env;
    frame[SELF_SLOT] = self;
    frame[LAYER_SLOT] = index;
    for (const { slot, delayed } of locals) frame[slot] = delayed(frame);
    return field.code(frame);
  }
}

export function compileObjectComprehension(node: ObjectComprehensionNode, context: Context): Code {
  const site = siteOf(node, context);
  const framed =
    node.locals.length > 0 || asksForSelf([node.field], [], context.scope.inObject ? 'inner' : 'outermost');
  let template: ComprehensionTemplate | undefined;
  const go = compileClauses<Map<string, TurnField>>(node.clauses, operand(context), site, (scope) => {
    const name = compile(node.field.name, operand({ ...context, scope }));
    const inner = insideContext({ ...context, scope }, framed);
    const { layout } = inner.scope;
    const slots = node.locals.map((bind) => inner.scope.declare(bind.name));
    const delayed = delayBinds(node.locals, slots, inner);
    const locals = slots.map((slot, index) => ({ slot, delayed: delayed[index]! }));
    template = { framed, locals, size: () => layout.size };
    const field = compileField(node.field, inner);
    return (frame, out) => addField(out, name(frame), { ...field, env: frame }, site);
  });
  return (frame) => {
    const fields = new Map<string, TurnField>();
    go(frame, fields);
    charge(fields.size, OBJECT_BYTES + DYNAMIC_FIELD_BYTES * fields.size);
    return new JObject([new ComprehensionLayer(fields, template!)], undefined);
  };
}
