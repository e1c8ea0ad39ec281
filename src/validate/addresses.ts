/** IPv4 blocks in CIDR notation. Texts that are none overlap nothing: formats are the schema's business. */

interface Block {
  readonly first: number;
  readonly last: number;
}

/** Whether two blocks share an address. */
export function overlaps(a: string, b: string): boolean {
  const [left, right] = [blockOf(a), blockOf(b)];
  return left !== undefined && right !== undefined && left.first <= right.last && right.first <= left.last;
}

/** Whether a block or a single address lies inside another block. */
export function contains(outer: string, inner: string): boolean {
  const [left, right] = [blockOf(outer), blockOf(inner)];
  return left !== undefined && right !== undefined && left.first <= right.first && right.last <= left.last;
}

function blockOf(text: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  if (!match) return undefined;
  const bytes = match.slice(1, 5).map(Number);
  const prefix = Number(match[5] ?? 32);
  if (bytes.some((byte) => byte > 255) || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}
