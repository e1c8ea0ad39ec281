/** Expressions to code: everything but objects, functions and comprehensions, which have files of their own. */

import type { LiteralNode, Node } from '../ast.ts';
import { toLine } from '../manifest.ts';
import { JObject } from '../objects.ts';
import { indexValue, typeError } from '../operators.ts';
import { ARRAY_BYTES, charge, fail, forceAt, forceThunk, run, type Site, withFrame } from '../run.ts';
import { runtime } from '../runtime.ts';
import type { Shape, Slot } from '../shapes.ts';
import { delayTraced, makes, passes } from '../trace.ts';
import { type Code, type Frame, JArray, type Lazy, Thunk, type Value } from '../values.ts';
import { compileApply, staticBuiltin } from './apply.ts';
import { compileArrayComprehension, compileObjectComprehension } from './comprehension.ts';
import { constantOf } from './constant.ts';
import { ANONYMOUS, type Context, type Delayed, delayedContext, operand, report, siteOf } from './context.ts';
import { compileFunction, delayFunction } from './function.ts';
import { compileObject } from './object.ts';
import { compileBinary, compileUnary, failType } from './operator.ts';
import { LAYER_SLOT, type Layout, SELF_SLOT } from './scope.ts';

/** The code that evaluates `node`. */
export function compile(node: Node, context: Context): Code {
  if (!context.file.traced) {
    const constant = node.kind === 'object' || node.kind === 'array' ? constantOf(node) : undefined;
    return constant ?? compileNode(node, context);
  }
  const code = compileNode(node, context);
  if (node.kind === 'parens') return code;
  return passesOn(node, context) ? passes(code, siteOf(node, context)) : makes(code, siteOf(node, context));
}

/** Whether the value of an expression is one that another expression made. */
function passesOn(node: Node, context: Context): boolean {
  switch (node.kind) {
    case 'variable':
    case 'self':
    case 'dollar':
    case 'index':
    case 'superIndex':
    case 'if':
    case 'assert':
    case 'local':
    case 'import':
      return true;
    case 'apply':
      return staticBuiltin(node.target, context) === undefined;
    default:
      return false;
  }
}

function compileNode(node: Node, context: Context): Code {
  switch (node.kind) {
    case 'literal':
      return compileLiteral(node, context);
    case 'parens':
      return compile(node.inner, context);
    case 'variable':
      return compileVariable(node, context);
    case 'self':
    case 'dollar':
      return compileSelf(node, context);
    case 'array':
      return compileArray(node.elements, context);
    case 'index':
      return compileIndex(node, context);
    case 'slice':
      return compileSlice(node, context);
    case 'superIndex':
    case 'inSuper':
      return compileSuper(node, context);
    case 'binary':
      return compileBinary(node, context);
    case 'unary':
      return compileUnary(node, context);
    case 'if':
      return compileIf(node, context);
    case 'error':
      return compileError(node.message, siteOf(node, context), context);
    case 'assert':
      return compileAssert(node, context);
    case 'local':
      return compileLocal(node, context);
    case 'import':
      return compileImport(node, context);
    case 'apply':
      return compileApply(node, context);
    case 'function':
      return compileFunction(node, context);
    case 'object':
      return compileObject(node, context);
    case 'arrayComprehension':
      return compileArrayComprehension(node, context);
    case 'objectComprehension':
      return compileObjectComprehension(node, context);
  }
}

function compileLiteral(node: LiteralNode, context: Context): Code {
  const { value } = node;
  if (value !== Number.POSITIVE_INFINITY) return () => value;
  return compileError('overflow', siteOf(node, context), context);
}

/**
 * What stands for `node` until its value is needed. Where the value costs nothing it is made at once. `unready` are
 * slots that are not filled yet when this runs (a group of recursive locals): what they hold cannot be copied.
 */
export function delay(node: Node, context: Context, unready?: ReadonlySet<number>): Delayed {
  // In a traced evaluation every value needs a thunk to keep its record in; a variable has one already.
  if (context.file.traced && node.kind !== 'variable') {
    const code = compile(node, context);
    return (frame) => delayTraced(code, frame);
  }
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      if (value === Number.POSITIVE_INFINITY) break;
      return () => value;
    }
    case 'object':
    case 'array': {
      const constant = constantOf(node);
      if (constant === undefined) break;
      return constant;
    }
    case 'parens':
      return delay(node.inner, context, unready);
    case 'self':
    case 'dollar':
      return compile(node, context);
    case 'function':
      return delayFunction(node, context);
    case 'variable': {
      const variable = context.scope.resolve(node.name);
      if (!variable || (variable.layout === context.scope.layout && unready?.has(variable.slot))) break;
      const { depth, slot } = variable;
      if (depth === 0) return (frame) => frame[slot] as Lazy;
      return (frame) => outer(frame, depth)[slot] as Lazy;
    }
    default:
      break;
  }
  const code = compile(node, context);
  if (context.file.traced) return (frame) => delayTraced(code, frame);
  return (frame) => new Thunk(code, frame, run.library);
}

/** The frame `depth` frames out. */
export function outer(frame: Frame, depth: number): Frame {
  let found = frame;
  for (let hop = depth; hop > 0; hop -= 1) found = found[0] as Frame;
  return found;
}

/** The value in a slot; the slot keeps the value, so that the thunk can go. */
function readSlot(frame: Frame, slot: number, site: Site): Value {
  const value = frame[slot] as Lazy;
  if (!(value instanceof Thunk)) return value;
  const forced = value.code === undefined ? value.value : forceAt(value, site);
  frame[slot] = forced;
  return forced;
}

/** As {@link readSlot}; the slot keeps the thunk, which knows what was read for it. */
function forceSlot(lazy: Lazy, site: Site): Value {
  return lazy instanceof Thunk ? forceAt(lazy, site) : lazy;
}

function compileVariable(node: Extract<Node, { kind: 'variable' }>, context: Context): Code {
  const variable = context.scope.resolve(node.name);
  if (!variable) {
    if (node.name === 'std') {
      const { stdObject } = context.file;
      return () => stdObject;
    }
    report(`Unknown variable: ${node.name}`, node, context);
    return () => fail(`Unknown variable: ${node.name}`);
  }
  const site = siteOf(node, context);
  const { depth, slot } = variable;
  if (context.file.traced) return (frame) => forceSlot(outer(frame, depth)[slot] as Lazy, site);
  switch (depth) {
    case 0:
      return (frame) => readSlot(frame, slot, site);
    case 1:
      return (frame) => readSlot(frame[0] as Frame, slot, site);
    case 2:
      return (frame) => readSlot((frame[0] as Frame)[0] as Frame, slot, site);
    default:
      return (frame) => readSlot(outer(frame, depth), slot, site);
  }
}

function compileSelf(node: Extract<Node, { kind: 'self' | 'dollar' }>, context: Context): Code {
  const { scope } = context;
  const layout: Layout | undefined = node.kind === 'self' ? scope.self : scope.dollar;
  if (!layout) {
    const message = node.kind === 'self' ? "Can't use self outside of an object." : 'No top-level object found.';
    report(message, node, context);
    return () => fail(message);
  }
  const depth = scope.depthOf(layout);
  if (depth === 0) return (frame) => frame[SELF_SLOT] as Value;
  return (frame) => outer(frame, depth)[SELF_SLOT] as Value;
}

function compileArray(elements: readonly Node[], context: Context): Code {
  const delayed = elements.map((element) => delay(element, delayedContext(context)));
  const { length } = delayed;
  return (frame) => {
    charge(1, ARRAY_BYTES + 8 * length);
    const list: Lazy[] = new Array(length);
    for (let index = 0; index < length; index += 1) list[index] = delayed[index]!(frame);
    return new JArray(list);
  };
}

function compileIndex(node: Extract<Node, { kind: 'index' }>, context: Context): Code {
  const target = compile(node.target, operand(context));
  const site = siteOf(node, context);
  if (node.index.kind === 'literal' && typeof node.index.value === 'string') {
    return compileFieldAccess(target, node.index.value, site);
  }
  const index = compile(node.index, operand(context));
  return (frame) => indexAt(target(frame), index(frame), site);
}

function indexAt(target: Value, index: Value, site: Site): Value {
  try {
    return indexValue(target, index);
  } catch (error) {
    throw withFrame(error, site);
  }
}

/** `target.name`, which remembers where the last shape that it saw has the field. */
function compileFieldAccess(target: Code, name: string, site: Site): Code {
  let knownShape: Shape | undefined;
  let knownSlot: Slot | undefined;
  return (frame) => {
    const object = target(frame);
    if (!(object instanceof JObject)) return indexAt(object, name, site);
    const { shape } = object;
    if (shape === knownShape) return object.readAt(knownSlot!, site);
    if (shape.fixed && !shape.hasAssertions) {
      const slot = shape.slots.get(name);
      if (slot) {
        knownShape = shape;
        knownSlot = slot;
      }
    }
    return object.getAt(name, site);
  };
}

function compileSlice(node: Extract<Node, { kind: 'slice' }>, context: Context): Code {
  const nothing: Code = () => null;
  const part = (value: Node | undefined): Code => (value ? compile(value, operand(context)) : nothing);
  const target = compile(node.target, operand(context));
  const from = part(node.from);
  const to = part(node.to);
  const step = part(node.step);
  const site = siteOf(node, context);
  const slice = context.file.std.builtin('slice');
  return (frame) => {
    const args = [target(frame), from(frame), to(frame), step(frame)];
    try {
      return slice ? slice.call(runtime, ...args) : fail('std.slice is missing');
    } catch (error) {
      throw withFrame(error, site);
    }
  };
}

function compileSuper(node: Extract<Node, { kind: 'superIndex' | 'inSuper' }>, context: Context): Code {
  const { scope } = context;
  if (!scope.self) {
    report("Can't use super outside of an object.", node, context);
    return () => fail("Can't use super outside of an object.");
  }
  const depth = scope.depthOf(scope.self);
  const index = compile(node.index, operand(context));
  const site = siteOf(node, context);
  const present = node.kind === 'inSuper';
  return (frame) => {
    const name = index(frame);
    const objectFrame = outer(frame, depth);
    const self = objectFrame[SELF_SLOT] as JObject;
    const layer = objectFrame[LAYER_SLOT] as number;
    try {
      if (typeof name !== 'string') return typeError(name, 'string');
      return present ? self.hasSuper(layer, name) : self.getSuper(layer, name);
    } catch (error) {
      throw withFrame(error, site);
    }
  };
}

function compileIf(node: Extract<Node, { kind: 'if' }>, context: Context): Code {
  const condition = compile(node.condition, operand(context));
  const branch = { ...context, bind: ANONYMOUS };
  const then = compile(node.then, branch);
  const otherwise: Code = node.else ? compile(node.else, branch) : () => null;
  const site = siteOf(node, context);
  return (frame) => {
    const value = condition(frame);
    if (value === true) return then(frame);
    return value === false ? otherwise(frame) : failType(value, site);
  };
}

/** `error message`; also what a failed assertion does. */
export function compileError(message: Node | string, site: Site, context: Context): Code {
  const text: Code = typeof message === 'string' ? () => message : compile(message, operand(context));
  return (frame) => {
    const value = text(frame);
    try {
      return fail(toLine(value));
    } catch (error) {
      throw withFrame(error, site);
    }
  };
}

function compileAssert(node: Extract<Node, { kind: 'assert' }>, context: Context): Code {
  // go-jsonnet gives this frame no name.
  const site = siteOf(node, context, '');
  const condition = compile(node.condition, operand(context));
  const failure = compileError(node.message ?? 'Assertion failed', site, context);
  const rest = compile(node.rest, { ...context, bind: ANONYMOUS });
  return (frame) => {
    const value = condition(frame);
    if (value === true) return rest(frame);
    return value === false ? failure(frame) : failType(value, site);
  };
}

function compileLocal(node: Extract<Node, { kind: 'local' }>, context: Context): Code {
  const scope = context.scope.nested();
  const slots = node.binds.map((bind) => scope.declare(bind.name));
  const delayed = delayBinds(node.binds, slots, { ...context, scope });
  const body = compile(node.body, { ...context, scope });
  if (slots.length === 1) {
    const slot = slots[0]!;
    const only = delayed[0]!;
    return (frame) => {
      frame[slot] = only(frame);
      return body(frame);
    };
  }
  return (frame) => {
    for (let index = 0; index < slots.length; index += 1) frame[slots[index]!] = delayed[index]!(frame);
    return body(frame);
  };
}

/** The right-hand sides of a group of locals, which may refer to each other. */
export function delayBinds(
  binds: readonly { readonly name: string; readonly body: Node }[],
  slots: readonly number[],
  context: Context,
): Delayed[] {
  const unready = new Set(slots);
  return binds.map((bind, index) => {
    const words = `thunk <${bind.name}> from <${context.words}>`;
    const delayed = delay(bind.body, { ...context, words, bind: bind.name, tail: false }, unready);
    unready.delete(slots[index]!);
    return delayed;
  });
}

function compileImport(node: Extract<Node, { kind: 'import' }>, context: Context): Code {
  const site = siteOf(node, context);
  const { loader, source } = context.file;
  const { path, how } = node;
  const read: () => Value =
    how === 'import'
      ? () => forceThunk(loader.import(source.file, path))
      : how === 'importstr'
        ? () => loader.importText(source.file, path)
        : () => loader.importBytes(source.file, path);
  return () => {
    try {
      return read();
    } catch (error) {
      throw withFrame(error, site);
    }
  };
}
