// Small faults in JSON documents, the kinds that people make: dropped, renamed, mistyped, misspelt, doubled, moved.

/** A generator of numbers in [0, 1) that is the same everywhere (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

function places(value, path = []) {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [...keys].flatMap((key) => [[...path, key], ...places(value[key], [...path, key])]);
}

const at = (value, path) => path.reduce((current, key) => current[key], value);

const operations = {
  drop(parent, key) {
    if (Array.isArray(parent)) parent.splice(key, 1);
    else delete parent[key];
    return true;
  },
  rename(parent, key, { next }) {
    if (Array.isArray(parent)) return false;
    const cut = Math.floor(next() * key.length);
    const name = next() < 0.5 ? key.slice(0, cut) + key.slice(cut + 1) : `${key}s`;
    if (name === key || name === '' || name in parent) return false;
    parent[name] = parent[key];
    delete parent[key];
    return true;
  },
  mistype(parent, key, { next }) {
    const pick = (list) => list[Math.floor(next() * list.length)];
    const value = parent[key];
    if (Array.isArray(value)) parent[key] = pick(['x', { a: 'b' }]);
    else if (typeof value === 'object' && value !== null) parent[key] = pick(['x', [1]]);
    else if (typeof value === 'string') parent[key] = pick([{ a: 1 }, ['x'], 17, true]);
    else if (typeof value === 'number') parent[key] = pick(['abc', {}, 1.5]);
    else parent[key] = pick(['maybe', {}]);
    return true;
  },
  misspell(parent, key) {
    const value = parent[key];
    if (typeof value === 'string') parent[key] = `${value}Zz`;
    else if (typeof value === 'number') parent[key] = value * 1e7;
    else return false;
    return true;
  },
  double(parent, key) {
    if (!Array.isArray(parent)) return false;
    parent.push(structuredClone(parent[key]));
    return true;
  },
  move(parent, key, { above }) {
    if (Array.isArray(parent) || above === undefined || Array.isArray(above) || key in above) return false;
    above[key] = parent[key];
    delete parent[key];
    return true;
  },
};

/**
 * One mutation below a path; undefined when the chosen one does not apply.
 * @param {unknown} original
 * @param {string[]} below
 * @param {() => number} next
 */
export function mutate(original, below, next) {
  const value = structuredClone(original);
  const skipped = new Set(['apiVersion', 'kind']);
  const all = places(at(value, below), below).filter((path) => !(path.length === 1 && skipped.has(path[0])));
  const path = all[Math.floor(next() * all.length)];
  if (path === undefined || path.length <= below.length) return undefined;
  const names = Object.keys(operations);
  const name = names[Math.floor(next() * names.length)];
  const parent = at(value, path.slice(0, -1));
  const above = path.length > below.length + 2 ? at(value, path.slice(0, -2)) : undefined;
  if (!operations[name](parent, path.at(-1), { next, above })) return undefined;
  return { value, what: `${name} ${path.join('.')}` };
}
