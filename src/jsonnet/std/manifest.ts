/** Values as text: JSON, YAML, Python, INI, XML. TOML stands in `toml.ts`. */

import { JObject } from '../objects.ts';
import { quote } from '../strings.ts';
import { JArray, type Lazy, type Runtime, type Value } from '../values.ts';
import type { BuiltinTable } from './contract.ts';
import { escapeJson } from './encoding.ts';
import { plainDecimal, quoteAsGoJson } from './text.ts';
import { manifestToml } from './toml.ts';
import { DEPTH_MESSAGE, MAX_MANIFEST_DEPTH, wholly } from './walk.ts';

interface JsonStyle {
  readonly indent: string;
  readonly newline: string;
  readonly separator: string;
}

/** `std.manifestJsonEx`: empty containers have the line breaks of full ones. */
function manifestJson(rt: Runtime, value: Value, style: JsonStyle): string {
  const path: string[] = [];
  const write = (node: Value, indent: string): string => {
    if (typeof node === 'string') {
      const text = quoteAsGoJson(node);
      rt.charge(1, text.length);
      return text;
    }
    if (typeof node === 'number') return plainDecimal(node);
    if (node === null || typeof node === 'boolean') return String(node);
    if (path.length >= MAX_MANIFEST_DEPTH) rt.fail(DEPTH_MESSAGE);
    const inner = indent + style.indent;
    const { newline, separator } = style;
    if (node instanceof JArray) {
      const elements = node.elements();
      rt.charge(elements.length, (elements.length + 2) * inner.length);
      let out = `[${newline}`;
      for (let index = 0; index < elements.length; index += 1) {
        if (index > 0) out += `,${newline}`;
        path.push(String(index));
        out += inner + write(rt.force(elements[index]!), inner);
        path.pop();
      }
      return `${out}${newline}${indent}]`;
    }
    if (!(node instanceof JObject)) return rt.fail(`tried to manifest function at [${path.join(' ')}]`);
    const names = node.names(false);
    rt.charge(names.length, (names.length + 2) * inner.length);
    let out = `{${newline}`;
    let first = true;
    for (const name of names) {
      if (!first) out += `,${newline}`;
      first = false;
      path.push(name);
      out += inner + quoteAsGoJson(name) + separator + write(node.get(name), inner);
      path.pop();
    }
    return `${out}${newline}${indent}}`;
  };
  return write(wholly(rt, value), '');
}

const YAML_INDENT = '  ';

/** Words that YAML readers take for something else than a string, in any case. */
const YAML_RESERVED = new Set([
  ...['true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n'],
  ...['.nan', '-.inf', '+.inf', '.inf', 'null', '-', '---', "''"],
]);

/** What Go's `ParseFloat` accepts: underscores between digits, hexadecimal floats, and words. */
const DIGITS = '[0-9](?:_?[0-9])*';
const GO_FLOAT = new RegExp(
  `^[-+]?(?:(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:e[-+]?${DIGITS})?|inf|infinity|nan|0x[0-9a-f_]*\\.?[0-9a-f_]*p[-+]?[0-9]+)$`,
  'i',
);

/** Whether a key may stand in YAML without quotes. */
function isBareYamlKey(key: string): boolean {
  if (!/^[A-Za-z0-9_./-]+$/.test(key)) return false;
  if (YAML_RESERVED.has(key.toLowerCase())) return false;
  if (/^(?:[0-9]*-){2}[0-9]*$/.test(key)) return false;
  if (/^[-+]?0b[0-1_]+$/.test(key) || /[-+]?0x[0-9a-fA-F_]+/.test(key)) return false;
  if (!GO_FLOAT.test(key)) return true;
  // A number too large for a double is no number there.
  return Number.isFinite(Number.parseFloat(key)) ? false : !/^[-+]?(?:inf|infinity|nan)$/i.test(key);
}

/** `std.manifestYamlDoc`: block style, strings in double quotes or, when they end in a line break, as literal blocks. */
export function manifestYaml(rt: Runtime, value: Value, indentArrays: boolean, quoteKeys: boolean): string {
  const write = (node: Value, indent: string, depth: number): string => {
    if (typeof node === 'string') return yamlString(rt, node, indent);
    if (typeof node === 'number') return plainDecimal(node);
    if (node === null || typeof node === 'boolean') return String(node);
    if (depth >= MAX_MANIFEST_DEPTH) rt.fail(DEPTH_MESSAGE);
    if (node instanceof JArray) {
      if (node.length === 0) return '[]';
      rt.charge(node.length, node.length * (indent.length + 3));
      let out = '';
      for (const element of node.elements()) {
        if (out !== '') out += `\n${indent}`;
        const item = rt.force(element);
        const isArray = item instanceof JArray;
        const inner = isArray || item instanceof JObject ? indent + YAML_INDENT : indent;
        out += isArray && item.length > 0 ? `-\n${indent}${YAML_INDENT}` : '- ';
        out += write(item, inner, depth + 1);
      }
      return out;
    }
    // go-jsonnet writes nothing for a function here.
    if (!(node instanceof JObject)) return '';
    const names = node.names(false);
    if (names.length === 0) return '{}';
    rt.charge(names.length, names.length * (indent.length + 3));
    let out = '';
    for (const name of names) {
      const item = node.get(name);
      if (out !== '') out += `\n${indent}`;
      out += quoteKeys || !isBareYamlKey(name) ? quote(name) : name;
      let inner = indent;
      if (item instanceof JArray && item.length > 0) {
        if (indentArrays) inner += YAML_INDENT;
        out += `:\n${inner}`;
      } else if (item instanceof JObject && item.names(false).length > 0) {
        inner += YAML_INDENT;
        out += `:\n${inner}`;
      } else {
        out += ': ';
      }
      out += write(item, inner, depth + 1);
    }
    return out;
  };
  return write(wholly(rt, value), '', 0);
}

function yamlString(rt: Runtime, text: string, indent: string): string {
  if (!text.endsWith('\n')) {
    const quoted = quote(text);
    rt.charge(1, quoted.length);
    return quoted;
  }
  const lines = text.slice(0, -1).split('\n');
  rt.charge(lines.length, text.length + lines.length * (indent.length + YAML_INDENT.length));
  const start = `\n${indent}${YAML_INDENT}`;
  return `|${start}${lines.join(start)}`;
}

function manifestPython(rt: Runtime, value: Value): string {
  if (typeof value === 'string') return escapeJson(rt, value);
  if (typeof value === 'number') return rt.formatNumber(value);
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  rt.charge(1, 2);
  if (value instanceof JArray) {
    return `[${value
      .elements()
      .map((element) => manifestPython(rt, rt.force(element)))
      .join(', ')}]`;
  }
  if (!(value instanceof JObject)) return rt.fail('cannot manifest function');
  const fields = value.names(false).map((name) => `${quote(name)}: ${manifestPython(rt, value.get(name))}`);
  return `{${fields.join(', ')}}`;
}

/** `key = value` lines; an array gives one line per element. */
function iniBody(rt: Runtime, body: Value): string[] {
  const object = rt.object(body);
  const lines: string[] = [];
  for (const name of object.names(false)) {
    const value = object.get(name);
    const values: readonly Lazy[] = value instanceof JArray ? value.elements() : [value];
    for (const item of values) {
      const line = `${name} = ${rt.toString(rt.force(item))}`;
      rt.charge(1, line.length);
      lines.push(line);
    }
  }
  return lines;
}

function manifestIni(rt: Runtime, ini: JObject): string {
  const lines = ini.has('main', false) ? iniBody(rt, ini.get('main')) : [];
  const sections = rt.object(ini.get('sections'));
  for (const name of sections.names(false)) lines.push(`[${name}]`, ...iniBody(rt, sections.get(name)));
  return `${lines.join('\n')}${lines.length > 0 ? '\n' : ''}`;
}

/** An element: a string, or `[tag, attributes?, children...]`. Nothing is escaped. */
function manifestXml(rt: Runtime, value: Value): string {
  if (typeof value === 'string') return value;
  if (!(value instanceof JArray)) {
    // The definition indexes whatever it gets.
    return rt.fail(`Unexpected type ${rt.type(value)}, expected array`);
  }
  const tagLazy = value.at(0);
  if (tagLazy === undefined) return rt.fail('Index 0 out of bounds, not within [0, 0)');
  const tag = rt.force(tagLazy);
  const second = value.length > 1 ? rt.force(value.at(1)!) : null;
  const attributes = second instanceof JObject ? second : undefined;
  let open = rt.string(tag);
  for (const name of attributes?.names(false) ?? []) open += ` ${name}="${rt.toString(attributes!.get(name))}"`;
  let inner = '';
  for (const child of value.elements().slice(attributes ? 2 : 1)) inner += manifestXml(rt, rt.force(child));
  rt.charge(1, open.length + inner.length);
  return `<${open}>${inner}</${rt.string(tag)}>`;
}

export const manifestBuiltins: BuiltinTable = {
  manifestJson: {
    parameters: ['value'],
    call: (rt, value) => manifestJson(rt, rt.force(value), { indent: '    ', newline: '\n', separator: ': ' }),
  },
  manifestJsonMinified: {
    parameters: ['value'],
    call: (rt, value) => manifestJson(rt, rt.force(value), { indent: '', newline: '', separator: ':' }),
  },
  manifestJsonEx: {
    parameters: ['value', 'indent', 'newline?', 'key_val_sep?'],
    strict: true,
    call: (rt, value, indent, newline, separator) =>
      manifestJson(rt, rt.force(value), {
        indent: rt.string(indent),
        newline: newline === undefined ? '\n' : rt.string(newline),
        separator: separator === undefined ? ': ' : rt.string(separator),
      }),
  },
  manifestYamlDoc: {
    parameters: ['value', 'indent_array_in_object?', 'quote_keys?'],
    strict: true,
    call: (rt, value, indentArrays, quoteKeys) =>
      manifestYaml(
        rt,
        rt.force(value),
        indentArrays !== undefined && rt.boolean(indentArrays),
        quoteKeys === undefined || rt.boolean(quoteKeys),
      ),
  },
  manifestYamlStream: {
    parameters: ['value', 'indent_array_in_object?', 'c_document_end?', 'quote_keys?'],
    call(rt, value, indentArrays, documentEnd, quoteKeys) {
      const documents = rt.force(value);
      if (!(documents instanceof JArray)) {
        return rt.fail(`manifestYamlStream only takes arrays, got ${rt.type(documents)}`);
      }
      const texts = documents
        .elements()
        .map((document) =>
          manifestYaml(
            rt,
            rt.force(document),
            indentArrays !== undefined && rt.boolean(indentArrays),
            quoteKeys === undefined || rt.boolean(quoteKeys),
          ),
        );
      const end = documentEnd === undefined || rt.boolean(documentEnd) ? '\n...\n' : '\n';
      return `---\n${texts.join('\n---\n')}${end}`;
    },
  },
  manifestToml: { parameters: ['value'], call: (rt, value) => manifestToml(rt, rt.force(value), '  ') },
  manifestTomlEx: {
    parameters: ['value', 'indent'],
    strict: true,
    call: (rt, value, indent) => manifestToml(rt, rt.force(value), rt.string(indent)),
  },
  manifestPython: { parameters: ['v'], call: (rt, v) => manifestPython(rt, wholly(rt, rt.force(v))) },
  manifestPythonVars: {
    parameters: ['conf'],
    call(rt, conf) {
      const object = rt.object(conf);
      return object
        .names(false)
        .map((name) => `${name} = ${manifestPython(rt, object.get(name))}\n`)
        .join('');
    },
  },
  manifestIni: { parameters: ['ini'], call: (rt, ini) => manifestIni(rt, rt.object(ini)) },
  manifestXmlJsonml: {
    parameters: ['value'],
    call(rt, value) {
      const element = rt.force(value);
      if (!(element instanceof JArray)) {
        return rt.fail(`Expected a JSONML value (an array), got ${rt.type(element)}`);
      }
      return manifestXml(rt, element);
    },
  },
};
