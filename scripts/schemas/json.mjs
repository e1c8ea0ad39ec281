// Deterministic JSON: keys sorted by code units, one line per entry of the upper levels so that a diff can be read.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Sorts the keys of every object below `value`. */
export function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}

/**
 * Writes `value` with the first `levels` levels of objects and lists broken into lines and the rest on one line.
 * @param {string} path
 * @param {unknown} value
 * @param {number} levels
 */
export function writeJson(path, value, levels) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${render(sorted(value), levels, '')}\n`);
}

function render(value, levels, indent) {
  if (levels === 0 || value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent} `;
  const items = Array.isArray(value)
    ? value.map((child) => inner + render(child, levels - 1, inner))
    : Object.entries(value).map(([key, child]) => `${inner}${JSON.stringify(key)}:${render(child, levels - 1, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return items.length === 0 ? open + close : `${open}\n${items.join(',\n')}\n${indent}${close}`;
}
