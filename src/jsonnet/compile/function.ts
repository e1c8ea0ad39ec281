/** Function expressions. */

import type { FunctionNode } from '../ast.ts';
import { fail } from '../run.ts';
import type { Code } from '../values.ts';
import { ANONYMOUS, type Context, type Delayed } from './context.ts';
import { compile, delay } from './expression.ts';
import { Closure, type FunctionTemplate } from './functions.ts';

export function compileFunction(node: FunctionNode, context: Context): Code {
  const template = compileTemplate(node, context);
  return (frame) => new Closure(template, frame);
}

/** A function is a value already: nothing is gained by delaying it. */
export function delayFunction(node: FunctionNode, context: Context): Delayed {
  return compileFunction(node, context);
}

function compileTemplate(node: FunctionNode, context: Context): FunctionTemplate {
  const scope = context.scope.framed();
  // Parameters come first: argument i is in slot i + 1.
  const slots = node.parameters.map((parameter) => scope.declare(parameter.name));
  const words = `function <${context.bind}>`;
  const inner: Context = { ...context, scope, words, bind: ANONYMOUS, tail: false };
  const unready = new Set(slots);
  const template: FunctionTemplate = {
    parameters: node.parameters.map(({ name, default: value }) => ({ name, optional: value !== undefined })),
    label: words,
    layout: scope.layout,
    defaults: node.parameters.map(({ default: value }) => (value ? delay(value, inner, unready) : undefined)),
    hasDefaults: node.parameters.some((parameter) => parameter.default !== undefined),
    required: node.parameters.findLastIndex((parameter) => parameter.default === undefined) + 1,
    body: () => fail('a function is called before it is compiled'),
  };
  template.body = compile(node.body, { ...inner, tail: true });
  return template;
}
