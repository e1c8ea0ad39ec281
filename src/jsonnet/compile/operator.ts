/** Operators: both operands, or as many as decide. */

import type { BinaryOperator, Node } from '../ast.ts';
import { JObject } from '../objects.ts';
import {
  add,
  bitwise,
  compare,
  complement,
  divide,
  equals,
  modulo,
  multiply,
  negate,
  subtract,
  typeError,
} from '../operators.ts';
import { fail, type Site, withFrame } from '../run.ts';
import { runtime } from '../runtime.ts';
import type { Code, Value } from '../values.ts';
import { type Context, operand, siteOf } from './context.ts';
import { compile } from './expression.ts';

type Operation = (left: Value, right: Value) => Value;

/** Operators whose operands are both evaluated; those with a fast path of their own are made in {@link compileBinary}. */
const OPERATIONS: Readonly<Record<Exclude<BinaryOperator, '&&' | '||'>, Operation>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return modulo(left, right);
    if (typeof left === 'string') return runtime.format(left, right);
    return fail(`Operator % cannot be used on types ${runtime.type(left)} and ${runtime.type(right)}.`);
  },
  '<<': (left, right) => bitwise('<<', left, right),
  '>>': (left, right) => bitwise('>>', left, right),
  '&': (left, right) => bitwise('&', left, right),
  '^': (left, right) => bitwise('^', left, right),
  '|': (left, right) => bitwise('|', left, right),
  '<': (left, right) => compare(left, right) < 0,
  '<=': (left, right) => compare(left, right) <= 0,
  '>': (left, right) => compare(left, right) > 0,
  '>=': (left, right) => compare(left, right) >= 0,
  '==': equals,
  '!=': (left, right) => !equals(left, right),
  in: (left, right) => {
    if (!(right instanceof JObject)) return typeError(right, 'object');
    return typeof left === 'string' ? right.has(left) : typeError(left, 'string');
  },
};

function operateAt(operation: Operation, left: Value, right: Value, site: Site): Value {
  try {
    return operation(left, right);
  } catch (error) {
    throw withFrame(error, site);
  }
}

export function compileBinary(node: Extract<Node, { kind: 'binary' }>, context: Context): Code {
  const { operator } = node;
  const site = siteOf(node, context);
  const left = compile(node.left, operand(context));
  if (operator === '&&' || operator === '||') return compileLogical(operator, left, node.right, site, context);
  const right = compile(node.right, operand(context));
  const operation = OPERATIONS[operator];
  switch (operator) {
    case '+':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'number' && typeof b === 'number') {
          const sum = a + b;
          if (Number.isFinite(sum)) return sum;
        }
        return operateAt(add, a, b, site);
      };
    case '-':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'number' && typeof b === 'number') {
          const difference = a - b;
          if (Number.isFinite(difference)) return difference;
        }
        return operateAt(subtract, a, b, site);
      };
    case '<':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'number' && typeof b === 'number') return a < b;
        return operateAt(operation, a, b, site);
      };
    case '==':
    case '!=': {
      const equal = operator === '==';
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        // Only two arrays or two objects need a look inside.
        if (typeof a === 'number' || typeof a === 'boolean' || a === null) return (a === b) === equal;
        return operateAt(operation, a, b, site);
      };
    }
    default:
      return (frame) => operateAt(operation, left(frame), right(frame), site);
  }
}

function compileLogical(operator: '&&' | '||', left: Code, rightNode: Node, site: Site, context: Context): Code {
  const right = compile(rightNode, operand(context));
  const decisive = operator === '||';
  return (frame) => {
    const first = left(frame);
    if (typeof first !== 'boolean') return failType(first, site);
    if (first === decisive) return first;
    const second = right(frame);
    return typeof second === 'boolean' ? second : failType(second, site);
  };
}

export function failType(value: Value, site: Site): never {
  try {
    return typeError(value, 'boolean');
  } catch (error) {
    throw withFrame(error, site);
  }
}

export function compileUnary(node: Extract<Node, { kind: 'unary' }>, context: Context): Code {
  const value = compile(node.operand, operand(context));
  const site = siteOf(node, context);
  const operations: Record<typeof node.operator, (value: Value) => Value> = {
    '!': (given) => (typeof given === 'boolean' ? !given : typeError(given, 'boolean')),
    '-': negate,
    '+': (given) => (typeof given === 'number' ? given : typeError(given, 'number')),
    '~': complement,
  };
  const operation = operations[node.operator];
  return (frame) => {
    const given = value(frame);
    try {
      return operation(given);
    } catch (error) {
      throw withFrame(error, site);
    }
  };
}
