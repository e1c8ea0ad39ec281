/** JSON pointers (RFC 6901), the names of places inside a file. */

/** `parent` extended by one key or index. */
export function childPointer(parent: string, key: string | number): string {
  return `${parent}/${escapeToken(String(key))}`;
}

/** Tokens of a pointer, unescaped; empty for the root. */
export function pointerTokens(pointer: string): readonly string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function escapeToken(token: string): string {
  return token.includes('~') || token.includes('/') ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token;
}

/** A pointer as people write paths: `memory`, `pools.a.size`, `hosts[2]`. */
export function dottedPath(tokens: readonly string[]): string {
  let text = '';
  for (const token of tokens) {
    if (/^(0|[1-9]\d*)$/.test(token)) text += `[${token}]`;
    else text += (text === '' ? '' : '.') + (/[.[\]\s]|^$/.test(token) ? JSON.stringify(token) : token);
  }
  return text;
}
