/** Function values, calls, and how arguments find their parameters. */

import { typeError } from '../operators.ts';
import { enter, fail, forceThunk, run, type Site, withFrame } from '../run.ts';
import type { Builtin } from '../std/contract.ts';
import type { Trace } from '../trace.ts';
import {
  type Code,
  type Frame,
  JFunction,
  type Lazy,
  type ParameterInfo,
  type Runtime,
  Thunk,
  type Value,
} from '../values.ts';
import type { Delayed } from './context.ts';
import type { Layout } from './scope.ts';

/** What all closures of one function expression share. */
export interface FunctionTemplate {
  readonly parameters: readonly ParameterInfo[];
  readonly label: string;
  readonly layout: Layout;
  /** Per parameter, what to put there when the caller does not. */
  readonly defaults: readonly (Delayed | undefined)[];
  readonly hasDefaults: boolean;
  /** So many positional arguments suffice. */
  readonly required: number;
  body: Code;
}

/**
 * A call in tail position with `tailstrict` is not made but left here for the caller, which makes it in a loop: such
 * recursion needs no stack. The marker is what the function body returns meanwhile.
 */
const tailCall: { template: FunctionTemplate | undefined; frame: Frame } = { template: undefined, frame: [] };
const TAIL = { tail: true } as unknown as Value;

export function leaveTailCall(template: FunctionTemplate, frame: Frame): Value {
  tailCall.template = template;
  tailCall.frame = frame;
  return TAIL;
}

/** Runs a function's body in its filled frame. */
export function invoke(template: FunctionTemplate, frame: Frame): Value {
  enter();
  let result = template.body(frame);
  while (result === TAIL) {
    run.depth -= 1;
    enter();
    result = tailCall.template!.body(tailCall.frame);
  }
  run.depth -= 1;
  return result;
}

export function invokeAt(template: FunctionTemplate, frame: Frame, site: Site): Value {
  try {
    if (run.trace !== undefined) return inCall(run.trace, site, () => invoke(template, frame));
    return invoke(template, frame);
  } catch (error) {
    throw withFrame(error, site);
  }
}

export class Closure extends JFunction {
  readonly template: FunctionTemplate;
  readonly env: Frame;
  constructor(template: FunctionTemplate, env: Frame) {
    super();
    this.template = template;
    this.env = env;
  }
  get parameters(): readonly ParameterInfo[] {
    return this.template.parameters;
  }
  get label(): string {
    return this.template.label;
  }
  /** A frame with one slot per parameter and local, the arguments filled in. */
  frame(args: readonly (Lazy | undefined)[]): Frame {
    const { template } = this;
    const frame: Frame = new Array(template.layout.size);
    frame[0] = this.env;
    const count = template.parameters.length;
    for (let index = 0; index < count; index += 1) frame[index + 1] = args[index];
    if (template.hasDefaults) fillDefaults(template, frame);
    return frame;
  }
  apply(args: readonly (Lazy | undefined)[]): Value {
    return invoke(this.template, this.frame(args));
  }
  call(args: readonly Lazy[]): Value {
    return invoke(this.template, this.frame(bindArguments(this, args, NO_NAMES, NO_LAZIES)));
  }
}

export function fillDefaults(template: FunctionTemplate, frame: Frame): void {
  const { defaults } = template;
  for (let index = 0; index < defaults.length; index += 1) {
    if (frame[index + 1] === undefined) frame[index + 1] = defaults[index]!(frame);
  }
}

const NO_NAMES: readonly string[] = [];
const NO_LAZIES: readonly Lazy[] = [];

/** One entry per parameter, undefined where its default is to be used. Fails with go-jsonnet's words. */
export function bindArguments(
  callee: JFunction,
  positional: readonly Lazy[],
  names: readonly string[],
  named: readonly Lazy[],
): (Lazy | undefined)[] {
  const { parameters } = callee;
  if (positional.length > parameters.length) {
    fail(`function expected ${parameters.length} positional argument(s), but got ${positional.length}`);
  }
  const bound: (Lazy | undefined)[] = positional.slice();
  bound.length = parameters.length;
  for (const [index, name] of names.entries()) {
    const position = parameters.findIndex((parameter) => parameter.name === name);
    if (position === -1) fail(`function has no parameter ${name}`);
    if (bound[position] !== undefined) fail(`Argument ${name} already provided`);
    bound[position] = named[index];
  }
  for (const [index, parameter] of parameters.entries()) {
    if (bound[index] === undefined && !parameter.optional) fail(`Missing argument: ${parameter.name}`);
  }
  return bound;
}

/** A call that is not a plain one of a closure: any callee, any arguments. */
export function callAt(
  callee: Value,
  positional: readonly Lazy[],
  names: readonly string[],
  named: readonly Lazy[],
  tailstrict: boolean,
  site: Site,
): Value {
  try {
    if (!(callee instanceof JFunction)) return notCallable(callee);
    const args = bindArguments(callee, positional, names, named);
    if (run.trace !== undefined && !tailstrict) return inCall(run.trace, site, () => callee.apply(args));
    if (!tailstrict) return callee.apply(args);
    if (callee instanceof Closure) return invoke(callee.template, forcedFrame(callee, args));
    for (const arg of args) if (arg instanceof Thunk) forceThunk(arg);
    return callee.apply(args);
  } catch (error) {
    throw withFrame(error, site);
  }
}

/** Makes a call of a traced evaluation. */
function inCall(trace: Trace, site: Site, call: () => Value): Value {
  const outer = trace.calls;
  trace.calls = { site, outer };
  const result = call();
  trace.calls = outer;
  return result;
}

/** A frame whose parameters, defaults too, are forced. */
export function forcedFrame(callee: Closure, args: readonly (Lazy | undefined)[]): Frame {
  const frame = callee.frame(args);
  for (let index = 1; index <= callee.template.parameters.length; index += 1) {
    const argument = frame[index];
    if (argument instanceof Thunk) frame[index] = argument.force();
  }
  return frame;
}

function notCallable(callee: Value): never {
  return typeError(callee, 'function');
}

/** A function of `std` as a value. */
export class BuiltinFunction extends JFunction {
  readonly parameters: readonly ParameterInfo[];
  readonly label: string;
  private readonly builtin: Builtin;
  private readonly runtime: Runtime;
  constructor(name: string, builtin: Builtin, runtime: Runtime) {
    super();
    this.parameters = builtinParameters(builtin);
    this.label = `builtin function <${name}>`;
    this.builtin = builtin;
    this.runtime = runtime;
  }
  apply(args: readonly (Lazy | undefined)[]): Value {
    enter();
    // A parameter left out arrives as undefined: std/contract.ts.
    const result = this.builtin.call(this.runtime, ...(args as readonly Lazy[]));
    run.depth -= 1;
    return result;
  }
  call(args: readonly Lazy[]): Value {
    return this.apply(bindArguments(this, args, NO_NAMES, NO_LAZIES));
  }
}

export function builtinParameters(builtin: Builtin): ParameterInfo[] {
  return builtin.parameters.map((name) =>
    name.endsWith('?') ? { name: name.slice(0, -1), optional: true } : { name, optional: false },
  );
}
