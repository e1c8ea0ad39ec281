/** `weir jsonnet`: flags, files, output modes and errors of the jsonnet command. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type JsonnetOptions, jsonnet } from '../../src/commands/jsonnet.ts';
import { UsageError, UserError } from '../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-jsonnet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files: Readonly<Record<string, string>> = {
  'main.jsonnet': "local lib = import 'lib.libsonnet'; { lib: lib, near: importstr 'sub/text.txt' }",
  'sub/text.txt': 'near\n',
  'sub/main.jsonnet': "importstr 'text.txt'",
  'one/lib.libsonnet': "'one'",
  'two/lib.libsonnet': "'two'",
  'two/inner.libsonnet': "import 'other.libsonnet'",
  'two/other.libsonnet': "'other'",
  'code.libsonnet': '1 + 1',
  'broken.jsonnet': 'local x = 1;\n{ a: x + }',
  'failing.jsonnet': "local f(x) = error 'no ' + x;\n{ a: f('way') }",
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

async function run(options: JsonnetOptions, env: Readonly<Record<string, string>> = {}) {
  let out = '';
  let err = '';
  const status = await jsonnet(options, {
    cwd: folder,
    env,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    columns: 100,
    color: false,
  });
  return { status, out, err };
}

/** Standard output of a program that must succeed. */
async function output(program: string, options: Omit<JsonnetOptions, 'program'> = {}, env = {}): Promise<string> {
  const result = await run({ program, exec: true, ...options }, env);
  expect(result).toMatchObject({ status: 0, err: '' });
  return result.out;
}

describe('output', () => {
  test.each<[string, Omit<JsonnetOptions, 'program'>, string]>([
    ['{ b: [1, {}], a: [], "10": 1, "9": 0.1 }', {}, PRETTY()],
    ['"text"', {}, '"text"\n'],
    ['"text"', { string: true }, 'text\n'],
    ['"text"', { string: true, noTrailingNewline: true }, 'text'],
    ['[1, { a: 2 }]', { yamlStream: true }, '---\n1\n---\n{\n   "a": 2\n}\n...\n'],
    ['[]', { yamlStream: true }, ''],
    ['1e22', {}, '10000000000000000000000\n'],
  ])('%s %j', async (program, options, expected) => {
    expect(await output(program, options)).toBe(expected);
  });

  function PRETTY(): string {
    return '{\n   "10": 1,\n   "9": 0.10000000000000001,\n   "a": [ ],\n   "b": [\n      1,\n      { }\n   ]\n}\n';
  }

  test('to a file', async () => {
    expect(await output('{}', { output: 'out/value.json' })).toBe('');
    expect(readFileSync(join(folder, 'out/value.json'), 'utf8')).toBe('{ }\n');
  });

  test('to many files, whose names are printed in order', async () => {
    const options = { multi: 'many/', string: true };
    expect(await output('{ "b.txt": "B", "a.txt": "A" }', options)).toBe('many/a.txt\nmany/b.txt\n');
    expect(readFileSync(join(folder, 'many/b.txt'), 'utf8')).toBe('B\n');
  });

  test.each<[string, Omit<JsonnetOptions, 'program'>, string]>([
    ['1', { string: true }, 'expected string result, got: number'],
    ['{}', { yamlStream: true }, 'stream mode: top-level object was a object, should be an array'],
    ['[]', { multi: 'x' }, 'multi mode: top-level object was a array, should be an object'],
    ['{ a: 1 }', { multi: 'x', string: true }, "multi mode: top-level object's key a has a value of type number"],
  ])('%s does not fit %j', async (program, options, message) => {
    const result = await run({ program, exec: true, ...options });
    expect(result.status).toBe(1);
    expect(result.err).toContain(`RUNTIME ERROR: ${message}`);
  });
});

describe('variables', () => {
  test.each<[string, Omit<JsonnetOptions, 'program'>, string]>([
    ['std.extVar("x")', { extStr: ['x=1+1'] }, '"1+1"\n'],
    ['std.extVar("x")', { extCode: ['x=1+1'] }, '2\n'],
    ['std.extVar("x")', { extStrFile: ['x=sub/text.txt'] }, '"near\\n"\n'],
    ['std.extVar("x")', { extCodeFile: ['x=code.libsonnet'] }, '2\n'],
    ['std.extVar("home")', { extStr: ['home'] }, '"/there"\n'],
    ['function(x) x', { tlaStr: ['x=a=b'] }, '"a=b"\n'],
    ['function(x, y=x + 1) [x, y]', { tlaCode: ['x=41'] }, '[\n   41,\n   42\n]\n'],
    ['function(x) x', { tlaStrFile: ['x=sub/text.txt'] }, '"near\\n"\n'],
    ['function(x) x', { tlaCodeFile: ['x=code.libsonnet'] }, '2\n'],
    ['1', { extCode: ['x=error "nobody asks"'] }, '1\n'],
  ])('%s %j', async (program, options, expected) => {
    expect(await output(program, options, { home: '/there' })).toBe(expected);
  });

  test('without a value', async () => {
    await expect(run({ program: '1', exec: true, extStr: ['nowhere'] })).rejects.toThrow(UsageError);
    await expect(run({ program: '1', exec: true, tlaCodeFile: ['x'] })).rejects.toThrow(UsageError);
    await expect(run({ program: '1', exec: true, extStrFile: ['x=missing.txt'] })).rejects.toThrow(UserError);
  });

  test('a missing argument', async () => {
    expect((await run({ program: 'function(x) x', exec: true })).err).toContain('Missing argument: x');
  });
});

describe('imports', () => {
  test('the last library folder wins; the environment comes before the flags', async () => {
    const near = '"near": "near\\n"';
    const value = async (jpath: string[], env = {}) => (await run({ program: 'main.jsonnet', jpath }, env)).out;
    expect(await value(['one', 'two'])).toBe(`{\n   "lib": "two",\n   ${near}\n}\n`);
    expect(await value(['two', 'one'])).toBe(`{\n   "lib": "one",\n   ${near}\n}\n`);
    expect(await value(['two'], { JSONNET_PATH: 'one' })).toContain('"lib": "two"');
    expect(await value([], { JSONNET_PATH: 'one:two' })).toContain('"lib": "one"');
  });

  test('relative to the importing file first', async () => {
    expect((await run({ program: 'sub/main.jsonnet' })).out).toBe('"near\\n"\n');
    expect(await output("import 'inner.libsonnet'", { jpath: ['two'] })).toBe('"other"\n');
    expect(await output(`import ${JSON.stringify(join(folder, 'code.libsonnet'))}`)).toBe('2\n');
  });

  test('missing, or a folder', async () => {
    const missing = await run({ program: "import 'nothing'", exec: true });
    expect(missing.err).toContain(`couldn't open import "nothing": no match locally or in the Jsonnet library paths`);
    expect((await run({ program: "import 'sub'", exec: true })).err).toContain('read sub: is a directory');
    await expect(run({ program: 'nothing.jsonnet' })).rejects.toThrow(
      'nothing.jsonnet cannot be read: there is no such file',
    );
    await expect(run({ program: 'sub' })).rejects.toThrow(UserError);
  });
});

describe('errors', () => {
  test('static ones have their place', async () => {
    const { status, out, err } = await run({ program: 'broken.jsonnet' });
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/^broken\.jsonnet:2:10-11 Unexpected: "}" while parsing terminal\n$/);
  });

  test('others have a stack', async () => {
    expect((await run({ program: 'failing.jsonnet' })).err.split('\n').slice(0, 3)).toEqual([
      'RUNTIME ERROR: no way',
      '\tfailing.jsonnet:1:14-29\tfunction <f>',
      '\tfailing.jsonnet:2:6-14\tobject <anonymous>',
    ]);
  });

  test('the depth of the stack can be chosen', async () => {
    const program = 'local f(n) = if n == 0 then 0 else 1 + f(n - 1); f(400)';
    expect(await output(program)).toBe('400\n');
    expect((await run({ program, exec: true, maxStack: 100 })).err).toContain('max stack frames exceeded.');
  });

  test('traces go to standard error', async () => {
    const { out, err } = await run({ program: 'std.trace("seen", 1)', exec: true });
    expect({ out, err }).toEqual({ out: '1\n', err: 'TRACE: <cmdline>:1 seen\n' });
  });
});
