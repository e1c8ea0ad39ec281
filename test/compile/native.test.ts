/** The functions of weir.libsonnet: values by table, laws by property, and the bytes of gzip by heart. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { libraryNatives, libraryText } from '../../src/compile/native/library.ts';
import type { JsonValue } from '../../src/model.ts';

const natives = libraryNatives({ renderYaml: (value) => `yaml of ${JSON.stringify(value)}` });

function call(name: string, ...args: readonly JsonValue[]): JsonValue {
  const native = natives[`weir.${name}`];
  if (native === undefined) throw new Error(`no function ${name}`);
  return native.call(...args);
}

const certificate = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBgTCCASegAwIBAgIUJ7cU2sEt7kXan4fSd1whZzs+bmowCgYIKoZIzj0EAwIw',
  'FjEUMBIGA1UEAwwLZXhhbXBsZS5vcmcwHhcNMjYxMTI0MDMxMjMwWhcNMzYxMTIx',
  'MDMxMjMwWjAWMRQwEgYDVQQDDAtleGFtcGxlLm9yZzBZMBMGByqGSM49AgEGCCqG',
  'SM49AwEHA0IABEp+GGZfs/gQiOy202qHWvVLlD9jvCHGcz1VrL10HkO3LjD0ujQx',
  'BFc/MqH/hC7WQN3Yka5RgcSIWI1R05kRxOCjUzBRMB0GA1UdDgQWBBRaoCdGAXuq',
  'e7zWOBucGz3zNIlgVjAfBgNVHSMEGDAWgBRaoCdGAXuqe7zWOBucGz3zNIlgVjAP',
  'BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIHwOHbK0VwxtGDXCANtP',
  'gtaGNFWBHKh2PsS0l6KVMWjQAiEA8jJrD4e8d8H1kcNf6mH/HdMvdCGJ+6i51cGO',
  'xohZlXw=',
  '-----END CERTIFICATE-----',
].join('\n');

describe('values', () => {
  test.each<[string, readonly JsonValue[], JsonValue]>([
    ['quantity.bytes', ['4Gi'], 4294967296],
    ['quantity.bytes', ['1.5Ki'], 1536],
    ['quantity.bytes', ['100M'], 100000000],
    ['quantity.bytes', ['1e3'], 1000],
    ['quantity.bytes', ['500m'], 1],
    ['quantity.millicores', ['1'], 1000],
    ['quantity.millicores', ['50m'], 50],
    ['quantity.millicores', ['0.1'], 100],
    ['quantity.millicores', ['1u'], 1],
    ['quantity.scale', ['4Gi', 0.5], '2Gi'],
    ['quantity.scale', ['1Gi', 0.8], '858993460'],
    ['quantity.scale', ['100m', 1.1], '110m'],
    ['quantity.scale', ['1', 0.5], '500m'],
    ['quantity.scale', ['1500', 2], '3k'],
    ['quantity.scale', ['3', 0.33333], '1'],
    ['quantity.scale', ['2e3', 3], '6e3'],
    ['quantity.scale', ['1Gi', 0], '0'],
    ['quantity.sum', [['1Gi', '512Mi']], '1536Mi'],
    ['quantity.sum', [['0', '1Gi']], '1Gi'],
    ['quantity.sum', [['500m', '1.5']], '2'],
    ['quantity.sum', [[]], '0'],
    ['quantity.compare', ['1Gi', '1G'], 1],
    ['quantity.compare', ['1000m', '1'], 0],
    ['quantity.compare', ['-1', '0'], -1],
    ['duration.seconds', ['1h30m'], 5400],
    ['duration.seconds', ['1.5s'], 1.5],
    ['duration.seconds', ['-100ms'], -0.1],
    ['duration.seconds', ['0'], 0],
    ['duration.seconds', ['2us'], 0.000002],
    ['duration.format', [5400], '1h30m'],
    ['duration.format', [3600], '1h'],
    ['duration.format', [0.1], '100ms'],
    ['duration.format', [61.25], '1m1.25s'],
    ['duration.format', [0], '0s'],
    ['duration.format', [-90], '-1m30s'],
    ['cidr.contains', ['10.2.0.0/15', '10.3.4.0/24'], true],
    ['cidr.contains', ['10.2.0.0/15', '10.4.0.0/24'], false],
    ['cidr.contains', ['10.2.0.0/15', '10.3.255.255'], true],
    ['cidr.contains', ['10.2.0.0/24', '10.2.0.0/15'], false],
    ['cidr.contains', ['10.0.0.0/8', 'fd00::1'], false],
    ['cidr.overlaps', ['10.2.0.0/15', '10.3.4.0/24'], true],
    ['cidr.overlaps', ['10.3.4.0/24', '10.2.0.0/15'], true],
    ['cidr.overlaps', ['10.2.0.0/16', '10.3.0.0/16'], false],
    ['cidr.overlaps', ['0.0.0.0/0', '10.3.0.0/16'], true],
    ['cidr.subnet', ['10.2.0.0/15', 24, 256], '10.3.0.0/24'],
    ['cidr.subnet', ['fd00::/48', 64, 1], 'fd00:0:0:1::/64'],
    ['cidr.host', ['10.5.0.0/16', 11], '10.5.0.11'],
    ['cidr.host', ['172.31.0.0/16', -1], '172.31.255.255'],
    ['cidr.host', ['fd00::/64', 1], 'fd00::1'],
    ['cidr.host', ['::/0', 0], '::'],
    ['cidr.prefix', ['10.2.0.0/15'], 15],
    ['cidr.size', ['10.2.0.0/15'], 131072],
    ['hash', [{ b: 1, a: [null, 'x'] }], createHash('sha256').update('{"a":[null,"x"],"b":1}').digest('hex')],
    ['base64', ['grüße'], 'Z3LDvMOfZQ=='],
    ['json', [{ b: 1, a: [true, 'x'] }], '{"a":[true,"x"],"b":1}'],
    ['yaml', [{ a: 1 }], 'yaml of {"a":1}'],
    ['certificate.notAfter', [certificate], '2036-11-21T03:12:30Z'],
  ])('%s%j is %j', (name, args, result) => {
    expect(call(name, ...args)).toEqual(result);
  });
});

describe('errors name the function and say what is wrong', () => {
  test.each<[string, readonly JsonValue[], string]>([
    ['quantity.bytes', ['4 GB'], 'weir.quantity.bytes: "4 GB" is not a quantity such as 100m, 1.5Gi or 2e3'],
    ['quantity.bytes', [4], 'weir.quantity.bytes: quantity must be a string, got 4'],
    ['quantity.sum', [['1', 2]], 'weir.quantity.sum: quantities must be a list of strings, got ["1",2]'],
    ['duration.seconds', ['10'], 'weir.duration.seconds: "10" is not a duration such as 1h30m, 10s or 100ms'],
    ['cidr.prefix', ['10.2.0.0'], 'weir.cidr.prefix: "10.2.0.0" is not a CIDR block such as 10.2.0.0/15'],
    ['cidr.prefix', ['10.2.0.0/33'], 'weir.cidr.prefix: "10.2.0.0/33" is not a CIDR block such as 10.2.0.0/15'],
    ['cidr.prefix', ['10.02.0.0/16'], 'weir.cidr.prefix: "10.02.0.0/16" is not a CIDR block such as 10.2.0.0/15'],
    [
      'cidr.size',
      ['10.2.3.0/15'],
      'weir.cidr.size: "10.2.3.0/15" is an address inside a block, not a block: did you mean 10.2.0.0/15?',
    ],
    [
      'cidr.subnet',
      ['10.2.0.0/24', 25, 2],
      'weir.cidr.subnet: 10.2.0.0/24 has 2 blocks of length /25, and none has the index 2',
    ],
    ['cidr.subnet', ['10.2.0.0/24', 16, 0], 'weir.cidr.subnet: 10.2.0.0/24 has no blocks of length /16'],
    ['cidr.host', ['10.2.0.0/30', 4], 'weir.cidr.host: 10.2.0.0/30 has 4 addresses, and none has the index 4'],
    ['certificate.notAfter', ['x'], 'weir.certificate.notAfter: the text is not a PEM certificate'],
  ])('%s%j', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(message);
  });
});

describe('laws', () => {
  const quantity = fc
    .tuple(fc.integer({ min: 0, max: 5000 }), fc.constantFrom('', 'm', 'k', 'M', 'Ki', 'Mi', 'Gi', 'e3'))
    .map(([n, s]) => `${n}${s}`);

  test('writing a quantity changes no value', () => {
    fc.assert(
      fc.property(quantity, (q) => {
        expect(call('quantity.compare', call('quantity.sum', [q]), q)).toBe(0);
        expect(call('quantity.compare', call('quantity.scale', q, 1), q)).toBe(0);
      }),
    );
  });

  test('a sum is what its parts are', () => {
    fc.assert(
      fc.property(fc.array(quantity, { maxLength: 4 }), (list) => {
        const total = list.reduce((sum, q) => sum + (call('quantity.millicores', q) as number), 0);
        expect(call('quantity.millicores', call('quantity.sum', list))).toBe(total);
      }),
    );
  });

  test('a duration read from what was written is the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (millis) => {
        expect(call('duration.seconds', call('duration.format', millis / 1000))).toBeCloseTo(millis / 1000, 9);
      }),
    );
  });

  test('every subnet lies inside, and no two overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), (a, b) => {
        const first = call('cidr.subnet', '10.0.0.0/16', 24, a);
        const second = call('cidr.subnet', '10.0.0.0/16', 24, b);
        expect(call('cidr.contains', '10.0.0.0/16', first)).toBe(true);
        expect(call('cidr.overlaps', first, second)).toBe(a === b);
      }),
    );
  });
});

describe('gzip', () => {
  // Other bytes replace every node of every cluster: this test may only change together with a decision to do that.
  test('the bytes are these', () => {
    expect(call('gzipBase64', '#cloud-config\nwrite_files: []\n')).toBe(
      'H4sIAAAAAAACA1NOzskvTdFNzs9Ly0znKi/KLEmNT8vMSS22UoiO5QIA1amuJx4AAAA=',
    );
    const text = Array.from(
      { length: 2000 },
      (_, line) => `line ${(line * 2654435761) % 997} of ${line % 7} texts\n`,
    ).join('');
    const digest = createHash('sha256')
      .update(call('gzipBase64', text) as string)
      .digest('hex');
    expect(digest).toBe('0d2406ef7571ded50389eabc28f85ee42390abacb1a25b86b470fb23ba559af8');
  });

  test('it is gzip: any inflater gives the text back, with a header that has no time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = Buffer.from(call('gzipBase64', text) as string, 'base64');
        expect(gunzipSync(bytes).toString()).toBe(text);
        expect([...bytes.subarray(3, 8)]).toEqual([0, 0, 0, 0, 0]);
      }),
    );
  });
});

test('the library names every function and nothing else', () => {
  const named = [...libraryText().matchAll(/std\.native\('([^']+)'\)/g)].map((match) => match[1]);
  expect(named.sort()).toEqual(Object.keys(natives).sort());
});
