/** IPv4 and IPv6 address blocks. */

interface Address {
  readonly value: bigint;
  /** 32 or 128. */
  readonly bits: number;
}

interface Block extends Address {
  readonly prefix: number;
}

function parseAddress(text: string): Address | undefined {
  if (/^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/.test(text)) {
    const parts = text.split('.');
    if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return undefined;
    return { value: parts.reduce((value, part) => value * 256n + BigInt(part), 0n), bits: 32 };
  }
  return parseIpv6(text);
}

function parseIpv6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || !/^[0-9a-fA-F:]+$/.test(text)) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return { value: groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n), bits: 128 };
}

function parseBlock(text: string): Block {
  const match = /^([^/]+)\/([0-9]{1,3})$/.exec(text);
  const address = match === null ? undefined : parseAddress(match[1] as string);
  const prefix = Number(match?.[2]);
  if (address === undefined || prefix > address.bits) {
    throw new Error(`${JSON.stringify(text)} is not a CIDR block such as 10.2.0.0/15`);
  }
  const host = address.value % sizeOf(address.bits, prefix);
  if (host !== 0n) {
    const base = formatAddress({ value: address.value - host, bits: address.bits });
    throw new Error(
      `${JSON.stringify(text)} is an address inside a block, not a block: did you mean ${base}/${prefix}?`,
    );
  }
  return { ...address, prefix };
}

function sizeOf(bits: number, prefix: number): bigint {
  return 1n << BigInt(bits - prefix);
}

function formatAddress(address: Address): string {
  if (address.bits === 32) {
    return [24n, 16n, 8n, 0n].map((shift) => (address.value >> shift) & 255n).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address.value >> BigInt(112 - 16 * index)) & 65535n).toString(16),
  );
  return shortenIpv6(groups);
}

/** RFC 5952: the first of the longest runs of two or more zero groups becomes `::`. */
function shortenIpv6(groups: readonly string[]): string {
  let start = -1;
  let length = 1;
  for (let index = 0; index < groups.length; index++) {
    let end = index;
    while (groups[end] === '0') end++;
    if (end - index > length) {
      start = index;
      length = end - index;
    }
    if (end > index) index = end;
  }
  if (start < 0) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

/** Whether block `outer` contains `inner`, a block or an address. */
export function cidrContains(outer: string, inner: string): boolean {
  const a = parseBlock(outer);
  const address = inner.includes('/') ? undefined : parseAddress(inner);
  const b = address === undefined ? parseBlock(inner) : { ...address, prefix: address.bits };
  return a.bits === b.bits && b.prefix >= a.prefix && b.value - (b.value % sizeOf(a.bits, a.prefix)) === a.value;
}

/** Whether two blocks share an address. */
export function cidrOverlaps(a: string, b: string): boolean {
  return parseBlock(a).prefix <= parseBlock(b).prefix ? cidrContains(a, b) : cidrContains(b, a);
}

/** The block number `index`, from 0, of those of length `prefix` inside a block. */
export function cidrSubnet(text: string, prefix: number, index: number): string {
  const block = parseBlock(text);
  if (!Number.isInteger(prefix) || prefix < block.prefix || prefix > block.bits) {
    throw new Error(`${text} has no blocks of length /${prefix}`);
  }
  const count = 1n << BigInt(prefix - block.prefix);
  if (!Number.isInteger(index) || index < 0 || BigInt(index) >= count) {
    throw new Error(`${text} has ${count} blocks of length /${prefix}, and none has the index ${index}`);
  }
  return `${formatAddress({ value: block.value + BigInt(index) * sizeOf(block.bits, prefix), bits: block.bits })}/${prefix}`;
}

/** The address number `index` of a block, from 0 for its first; -1 is its last. */
export function cidrHost(text: string, index: number): string {
  const block = parseBlock(text);
  const size = sizeOf(block.bits, block.prefix);
  if (!Number.isInteger(index)) throw new Error(`${index} is not a whole number`);
  const offset = index < 0 ? size + BigInt(index) : BigInt(index);
  if (offset < 0n || offset >= size) throw new Error(`${text} has ${size} addresses, and none has the index ${index}`);
  return formatAddress({ value: block.value + offset, bits: block.bits });
}

/** Length of a block's prefix in bits. */
export function cidrPrefix(text: string): number {
  return parseBlock(text).prefix;
}

/** Number of addresses of a block. */
export function cidrSize(text: string): number {
  const block = parseBlock(text);
  return Number(sizeOf(block.bits, block.prefix));
}
