/**
 * Regular expressions of schemas. A pull request may bring any pattern and any value, so matching must take time in
 * proportion to the text: V8's backtracking is allowed to hand over to its linear engine, and what that engine cannot
 * take is refused when the schema is loaded.
 */
import { setFlagsFromString } from 'node:v8';

// Where V8 has no such flag, it says so and goes on: then only the refusals below protect.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

/** Longer text is not judged by patterns: nothing that a schema describes is that long. */
export const longestText = 4_096;

const compiled = new Map<string, RegExp>();

/** Whether `text` matches `pattern` somewhere, as JSON Schema has it. The pattern has passed {@link patternProblem}. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (text.length > longestText) return false;
  let expression = compiled.get(pattern);
  if (!expression) {
    // Without the flag u: the linear engine does not know it.
    expression = new RegExp(pattern);
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

/** Why a pattern cannot be used, or undefined when it can. */
export function patternProblem(pattern: string): string | undefined {
  try {
    // With the flag u escapes are strict, so that a slip is found.
    new RegExp(pattern, 'u');
    new RegExp(pattern);
  } catch (error) {
    return `the pattern is no regular expression: ${(error as Error).message}`;
  }
  if (/\(\?(=|!|<=|<!)/.test(pattern)) return 'the pattern looks ahead or behind: write one that reads the text once';
  if (/\\[1-9]|\\k</.test(pattern)) return 'the pattern refers back to a group: write one that reads the text once';
  if (repeatsRepetitions(pattern)) {
    return 'the pattern counts a group that repeats inside: use * or +, and maxLength for the length';
  }
  return undefined;
}

/** A group with a count behind it and a repetition inside, such as `(a+){2,50}`: the linear engine has no room for it. */
function repeatsRepetitions(pattern: string): boolean {
  const open: boolean[] = [false];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') at++;
    else if (character === '[') at = classEnd(pattern, at);
    else if (character === '(') open.push(false);
    else if (character === ')') {
      const repeats = open.pop() ?? false;
      if (repeats && pattern[at + 1] === '{') return true;
      if (repeats) open[open.length - 1] = true;
    } else if (character === '*' || character === '+' || character === '{') open[open.length - 1] = true;
  }
  return false;
}

function classEnd(pattern: string, start: number): number {
  let at = start + 1;
  while (at < pattern.length && pattern[at] !== ']') at += pattern[at] === '\\' ? 2 : 1;
  return at;
}
