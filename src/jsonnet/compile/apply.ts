/** Calls. */

import type { ApplyNode, Node } from '../ast.ts';
import { enter, run, type Site, withFrame } from '../run.ts';
import { runtime } from '../runtime.ts';
import type { Builtin } from '../std/contract.ts';
import type { Code, Frame, Lazy, Value } from '../values.ts';
import { type Context, type Delayed, delayedContext, operand, siteOf } from './context.ts';
import { compile, delay } from './expression.ts';
import {
  bindArguments,
  Closure,
  callAt,
  type FunctionTemplate,
  fillDefaults,
  forcedFrame,
  invokeAt,
  leaveTailCall,
} from './functions.ts';

export function compileApply(node: ApplyNode, context: Context): Code {
  const site = siteOf(node, context);
  if (!node.tailstrict && node.named.length === 0) {
    const builtin = staticBuiltin(node.target, context);
    if (builtin && acceptsCount(builtin, node.positional.length)) {
      return compileBuiltinCall(builtin, node.positional, site, context);
    }
  }
  const target = compile(node.target, operand(context));
  const inner = delayedContext(context);
  const positional = node.positional.map((argument) => delay(argument, inner));
  const named = node.named.map((argument) => delay(argument.value, inner));
  if (node.tailstrict) return compileTailstrict(node, target, positional, named, site, context.tail);
  if (named.length > 0) {
    const names = node.named.map((argument) => argument.name);
    return compileNamed(target, positional, names, named, site);
  }
  return compilePositional(target, positional, site);
}

function evaluate(delayed: readonly Delayed[], frame: Frame): Lazy[] {
  const list: Lazy[] = new Array(delayed.length);
  for (let index = 0; index < delayed.length; index += 1) list[index] = delayed[index]!(frame);
  return list;
}

const NO_NAMES: readonly string[] = [];
const NO_LAZIES: readonly Lazy[] = [];

/** `f(a, b)`: the usual case, where the parameters left out have defaults, fills the callee's frame directly. */
function compilePositional(target: Code, positional: readonly Delayed[], site: Site): Code {
  const count = positional.length;
  const [first, second] = positional;
  return (frame) => {
    const callee = target(frame);
    if (!(callee instanceof Closure)) {
      return callAt(callee, evaluate(positional, frame), NO_NAMES, NO_LAZIES, false, site);
    }
    const { template } = callee;
    if (count < template.required || count > template.parameters.length) {
      return callAt(callee, evaluate(positional, frame), NO_NAMES, NO_LAZIES, false, site);
    }
    const inner: Frame = new Array(template.layout.size);
    inner[0] = callee.env;
    if (count === 1) {
      inner[1] = first!(frame);
    } else if (count === 2) {
      inner[1] = first!(frame);
      inner[2] = second!(frame);
    } else {
      for (let index = 0; index < count; index += 1) inner[index + 1] = positional[index]!(frame);
    }
    if (template.hasDefaults) fillDefaults(template, inner);
    return invokeAt(template, inner, site);
  };
}

/** `f(a, b=c)`: remembers where the names stand in the function that was called last. */
function compileNamed(
  target: Code,
  positional: readonly Delayed[],
  names: readonly string[],
  named: readonly Delayed[],
  site: Site,
): Code {
  let known: FunctionTemplate | undefined;
  let slots: readonly number[] = [];
  return (frame) => {
    const callee = target(frame);
    if (!(callee instanceof Closure) || callee.template !== known) {
      const positions = callee instanceof Closure ? slotsOf(callee.template, positional.length, names) : undefined;
      if (positions && callee instanceof Closure) {
        known = callee.template;
        slots = positions;
      } else {
        return callAt(callee, evaluate(positional, frame), names, evaluate(named, frame), false, site);
      }
    }
    const { template } = callee as Closure;
    const inner: Frame = new Array(template.layout.size);
    inner[0] = (callee as Closure).env;
    for (let index = 0; index < positional.length; index += 1) inner[index + 1] = positional[index]!(frame);
    for (let index = 0; index < named.length; index += 1) inner[slots[index]!] = named[index]!(frame);
    if (template.hasDefaults) fillDefaults(template, inner);
    return invokeAt(template, inner, site);
  };
}

/** The frame slots of named arguments; undefined where the call is an error, which {@link callAt} then words. */
function slotsOf(template: FunctionTemplate, positional: number, names: readonly string[]): number[] | undefined {
  const slots = names.map((name) => template.parameters.findIndex((parameter) => parameter.name === name) + 1);
  if (positional > template.parameters.length || slots.some((slot) => slot <= positional)) return undefined;
  const given = new Set(slots);
  if (given.size < slots.length) return undefined;
  const complete = template.parameters.every(
    (parameter, index) => parameter.optional || index < positional || given.has(index + 1),
  );
  return complete ? slots : undefined;
}

/** Arguments are forced first; in tail position the call is left to whoever called this function. */
function compileTailstrict(
  node: ApplyNode,
  target: Code,
  positional: readonly Delayed[],
  named: readonly Delayed[],
  site: Site,
  tail: boolean,
): Code {
  const names = node.named.map((argument) => argument.name);
  return (frame) => {
    const callee = target(frame);
    const given = evaluate(positional, frame);
    const givenNamed = evaluate(named, frame);
    if (!tail || !(callee instanceof Closure)) return callAt(callee, given, names, givenNamed, true, site);
    try {
      const args = bindArguments(callee, given, names, givenNamed);
      return leaveTailCall(callee.template, forcedFrame(callee, args));
    } catch (error) {
      throw withFrame(error, site);
    }
  };
}

/** The built-in that `std.name` is, where `std` is the standard library. */
export function staticBuiltin(target: Node, context: Context): Builtin | undefined {
  if (target.kind !== 'index' || target.target.kind !== 'variable' || target.target.name !== 'std') return undefined;
  if (target.index.kind !== 'literal' || typeof target.index.value !== 'string') return undefined;
  if (context.scope.resolve('std')) return undefined;
  return context.file.std.builtin(target.index.value);
}

function acceptsCount(builtin: Builtin, count: number): boolean {
  const required = builtin.parameters.filter((name) => !name.endsWith('?')).length;
  return count >= required && count <= builtin.parameters.length;
}

function compileBuiltinCall(builtin: Builtin, nodes: readonly Node[], site: Site, context: Context): Code {
  const inner = builtin.strict ? operand(context) : delayedContext(context);
  const args = nodes.map((node) => (builtin.strict ? compile(node, inner) : delay(node, inner)));
  const { call } = builtin;
  const [first, second, third] = args;
  switch (args.length) {
    case 1:
      return (frame) => {
        const a = first!(frame);
        return callBuiltin(() => call(runtime, a), site);
      };
    case 2:
      return (frame) => {
        const a = first!(frame);
        const b = second!(frame);
        return callBuiltin2(call, a, b, site);
      };
    case 3:
      return (frame) => {
        const a = first!(frame);
        const b = second!(frame);
        const c = third!(frame);
        return callBuiltin(() => call(runtime, a, b, c), site);
      };
    default:
      return (frame) => {
        const list = evaluate(args, frame);
        return callBuiltin(() => call(runtime, ...list), site);
      };
  }
}

function callBuiltin(call: () => Value, site: Site): Value {
  const outerSite = run.site;
  try {
    enter();
    run.site = site;
    const result = call();
    run.site = outerSite;
    run.depth -= 1;
    return result;
  } catch (error) {
    run.site = outerSite;
    throw withFrame(error, site);
  }
}

function callBuiltin2(call: Builtin['call'], a: Lazy, b: Lazy, site: Site): Value {
  const outerSite = run.site;
  try {
    enter();
    run.site = site;
    const result = call(runtime, a, b);
    run.site = outerSite;
    run.depth -= 1;
    return result;
  } catch (error) {
    run.site = outerSite;
    throw withFrame(error, site);
  }
}
