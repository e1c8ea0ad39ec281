/**
 * Which clusters share one evaluation. An evaluation leaves a record of what it read of its arguments; its result holds
 * for every argument set that answers each of those reads alike.
 *
 * Records are kept as a trie: a node is a read, an edge one answer to it. An evaluation that gets the same answers asks
 * the same next question, so a node mostly has one question; it may have several, and every path whose answers all hold
 * leads to a valid result.
 */
import { createHash } from 'node:crypto';
import type { ArgumentRead } from '../jsonnet/api.ts';
import type { JsonValue } from '../model.ts';
import type { EntryArguments } from './arguments.ts';
import { isObject, own } from './json.ts';
import { canonicalJson } from './native/text.ts';

interface Node<T> {
  readonly questions: Map<string, { readonly read: ArgumentRead; readonly answers: Map<string, Node<T>> }>;
  result?: { readonly value: T };
}

/** Results by what they depend on. */
export class ReuseTrie<T> {
  readonly #root: Node<T> = { questions: new Map() };

  /** The result of an earlier evaluation that read nothing that differs; undefined when there is none. */
  find(args: EntryArguments): { readonly value: T } | undefined {
    return find(this.#root, args);
  }

  add(args: EntryArguments, reads: readonly ArgumentRead[], value: T): void {
    this.addAnswers(
      reads.map((read) => ({ read, answer: answerOf(read, args) })),
      value,
    );
  }

  /** As {@link add}, with answers that were recorded in another process. */
  addAnswers(record: readonly { readonly read: ArgumentRead; readonly answer: string }[], value: T): void {
    let node = this.#root;
    for (const { read, answer } of record) {
      const key = questionKey(read);
      let question = node.questions.get(key);
      if (question === undefined) {
        question = { read, answers: new Map() };
        node.questions.set(key, question);
      }
      let next = question.answers.get(answer);
      if (next === undefined) {
        next = { questions: new Map() };
        question.answers.set(answer, next);
      }
      node = next;
    }
    node.result = { value };
  }
}

function find<T>(start: Node<T>, args: EntryArguments): { readonly value: T } | undefined {
  let node = start;
  for (;;) {
    if (node.result !== undefined) return node.result;
    const following: Node<T>[] = [];
    for (const { read, answers } of node.questions.values()) {
      const next = answers.get(answerOf(read, args));
      if (next !== undefined) following.push(next);
    }
    const [only] = following;
    if (only === undefined) return undefined;
    if (following.length === 1) {
      node = only;
      continue;
    }
    for (const next of following) {
      const result = find(next, args);
      if (result !== undefined) return result;
    }
    return undefined;
  }
}

/** One text per question. */
function questionKey(read: ArgumentRead): string {
  return JSON.stringify(read.kind === 'has' ? [read.kind, read.path, read.key] : [read.kind, read.path]);
}

const absent = 'absent';

/** What a read observes of arguments, as text: equal texts, equal observations. */
export function answerOf(read: ArgumentRead, args: EntryArguments): string {
  const value = readPath(args, read.path);
  if (value === undefined) return absent;
  switch (read.kind) {
    case 'type':
      return typeName(value);
    case 'has':
      return isObject(value) ? String(Object.hasOwn(value, read.key)) : typeName(value);
    case 'keys':
      return isObject(value) ? JSON.stringify(Object.keys(value).sort()) : typeName(value);
    case 'length':
      return `${typeName(value)} ${lengthOf(value)}`;
    case 'scalar':
      // A collection has no scalar; whoever recorded this read it as a whole or not at all.
      return typeof value === 'object' && value !== null ? typeName(value) : scalarText(value);
    case 'tree':
      return treeText(value);
  }
}

function readPath(args: EntryArguments, path: readonly (string | number)[]): JsonValue | undefined {
  const [first, ...rest] = path;
  let value: JsonValue | undefined = Object.hasOwn(args, String(first)) ? args[String(first)] : undefined;
  for (const step of rest) {
    if (Array.isArray(value)) value = typeof step === 'number' ? (value as readonly JsonValue[])[step] : undefined;
    else if (isObject(value)) value = own(value, String(step));
    else return undefined;
  }
  return value;
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function lengthOf(value: JsonValue): number {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
}

function scalarText(value: JsonValue): string {
  if (Object.is(value, -0)) return '-0';
  const text = JSON.stringify(value);
  return text.length > 100 ? createHash('sha256').update(text).digest('hex') : text;
}

/** Argument values are shared by clusters and immutable: each is written once. */
const trees = new WeakMap<object, string>();

function treeText(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return scalarText(value);
  let text = trees.get(value);
  if (text === undefined) {
    text = canonicalJson(value);
    // Records go to the disk too: what is long is kept as its digest.
    if (text.length > 100) text = createHash('sha256').update(text).digest('hex');
    trees.set(value, text);
  }
  return text;
}
