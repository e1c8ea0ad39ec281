/** `weir jsonnet FILE`: the engine alone, with the flags of the jsonnet command. For people who debug a library. */
import { UsageError } from '../errors.ts';
import { type Frame, JsonnetError, type JsonObject, type JsonValue, type Limits } from '../jsonnet/api.ts';
import { Engine } from '../jsonnet/engine.ts';
import { formatNumber } from '../jsonnet/numbers.ts';
import { quote } from '../jsonnet/strings.ts';
import { sortNames } from '../jsonnet/unicode.ts';
import {
  COMMAND_LINE,
  jsonnetFiles,
  readNamedFile,
  readStandardInput,
  STANDARD_INPUT,
} from '../load/jsonnet-importer.ts';
import { writeReport } from '../write/report.ts';
import type { ExitStatus, Io } from './shared/io.ts';

export interface JsonnetOptions {
  /** A file, `-` for standard input, or with `exec` the program itself. */
  readonly program: string;
  readonly exec?: boolean;
  /** Library folders; the last one is looked into first. */
  readonly jpath?: readonly string[];
  /** `name=value`, or `name` for the value of the environment variable `name`. */
  readonly extStr?: readonly string[];
  readonly extCode?: readonly string[];
  readonly extStrFile?: readonly string[];
  readonly extCodeFile?: readonly string[];
  readonly tlaStr?: readonly string[];
  readonly tlaCode?: readonly string[];
  readonly tlaStrFile?: readonly string[];
  readonly tlaCodeFile?: readonly string[];
  /** The result is a string and is printed as it is. */
  readonly string?: boolean;
  /** The result is an array of documents. */
  readonly yamlStream?: boolean;
  /** The result is an object of files for this folder; their names are printed. */
  readonly multi?: string;
  readonly output?: string;
  readonly noTrailingNewline?: boolean;
  /** Nested calls; 500 by default. */
  readonly maxStack?: number;
}

/** A person waits here and can interrupt; the limits only keep the machine alive. */
const LIMITS: Partial<Limits> = { steps: 1e12, bytes: 64e9 };

/** Prints the result, or the error as go-jsonnet does. Throws `UsageError` and `UserError` for bad options and files. */
export async function jsonnet(options: JsonnetOptions, io: Io): Promise<ExitStatus> {
  const { entry, texts } = programOf(options, io.cwd);
  const importer = jsonnetFiles(io.cwd, libraryFolders(options, io), texts);
  const limits = options.maxStack === undefined ? LIMITS : { ...LIMITS, depth: options.maxStack };
  const engine = new Engine({ importer, limits });
  let value: JsonValue;
  try {
    const evaluation = engine.evaluate(entry, variables(options.tlaStr, options.tlaStrFile, io), {
      argumentCode: variables(options.tlaCode, options.tlaCodeFile, io),
      externals: variables(options.extStr, options.extStrFile, io),
      externalCode: variables(options.extCode, options.extCodeFile, io),
      onTrace: (line) => io.err(`${line}\n`),
    });
    value = evaluation.value;
  } catch (error) {
    if (!(error instanceof JsonnetError)) throw error;
    io.err(errorText(error));
    return 1;
  }
  const result = render(value, options);
  if (typeof result === 'object') {
    io.err(`RUNTIME ERROR: ${result.problem}\n`);
    return 1;
  }
  if (options.multi !== undefined) writeMulti(value as JsonObject, options, io);
  else if (options.output === undefined) io.out(result);
  else writeReport(io.cwd, options.output, result);
  return 0;
}

function programOf(
  { program, exec }: JsonnetOptions,
  cwd: string,
): { entry: string; texts: ReadonlyMap<string, string> } {
  if (exec) return { entry: COMMAND_LINE, texts: new Map([[COMMAND_LINE, program]]) };
  if (program === '-') return { entry: STANDARD_INPUT, texts: new Map([[STANDARD_INPUT, readStandardInput()]]) };
  // Read here for the words of a missing file; the engine reads it again.
  readNamedFile(cwd, program);
  return { entry: program, texts: new Map() };
}

/** `JSONNET_PATH` comes before the flags, its leftmost folder last: it is looked into first of them. */
function libraryFolders(options: JsonnetOptions, io: Io): string[] {
  const fromEnvironment = (io.env.JSONNET_PATH ?? '').split(':').filter((folder) => folder !== '');
  return [...fromEnvironment.reverse(), ...(options.jpath ?? [])];
}

/** Variables from `name=value` and `name=file` flags. */
function variables(
  values: readonly string[] = [],
  files: readonly string[] = [],
  io: Io,
): Readonly<Record<string, string>> {
  const result: Record<string, string> = Object.create(null);
  for (const definition of values) {
    const [name, value] = splitDefinition(definition);
    const actual = value ?? io.env[name];
    if (actual === undefined) {
      throw new UsageError(`the variable ${name} has no value: write ${name}=... or set it in the environment`);
    }
    result[name] = actual;
  }
  for (const definition of files) {
    const [name, file] = splitDefinition(definition);
    if (file === undefined) throw new UsageError(`${name} names no file: write ${name}=<file>`);
    result[name] = readNamedFile(io.cwd, file);
  }
  return result;
}

function splitDefinition(definition: string): [string, string | undefined] {
  const equals = definition.indexOf('=');
  return equals === -1 ? [definition, undefined] : [definition.slice(0, equals), definition.slice(equals + 1)];
}

/** The text to print, or why the result does not fit the mode. */
function render(value: JsonValue, options: JsonnetOptions): string | { readonly problem: string } {
  const end = options.noTrailingNewline ? '' : '\n';
  if (options.multi !== undefined) {
    if (!isObject(value)) {
      return {
        problem: `multi mode: top-level object was a ${typeName(value)}, should be an object whose keys are filenames and values hold the JSON for that file.`,
      };
    }
    const wrong = Object.keys(value).find((name) => options.string && typeof value[name] !== 'string');
    if (wrong === undefined) return '';
    return {
      problem: `multi mode: top-level object's key ${wrong} has a value of type ${typeName(value[wrong]!)}, should be a string`,
    };
  }
  if (options.yamlStream) {
    if (!Array.isArray(value)) {
      return {
        problem: `stream mode: top-level object was a ${typeName(value)}, should be an array whose elements hold the JSON for each document in the stream.`,
      };
    }
    const documents = (value as readonly JsonValue[]).map((document) => `---\n${printJson(document)}\n`);
    return documents.length === 0 ? '' : `${documents.join('')}...${end}`;
  }
  if (!options.string) return printJson(value) + end;
  if (typeof value !== 'string') return { problem: `expected string result, got: ${typeName(value)}` };
  return value + end;
}

function writeMulti(files: JsonObject, options: JsonnetOptions, io: Io): void {
  const end = options.noTrailingNewline ? '' : '\n';
  let list = '';
  for (const name of sortNames(Object.keys(files))) {
    const content = files[name]!;
    const path = `${options.multi!.replace(/\/+$/, '')}/${name}`;
    writeReport(io.cwd, path, (options.string ? (content as string) : printJson(content)) + end);
    list += `${path}\n`;
  }
  if (options.output === undefined) io.out(list);
  else writeReport(io.cwd, options.output, list);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeName(value: JsonValue): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

/** JSON in several lines, as the jsonnet command prints it. */
export function printJson(value: JsonValue, indent = ''): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}   `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[ ]';
    const items = (value as readonly JsonValue[]).map((item) => inner + printJson(item, inner));
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  const object = value as JsonObject;
  const names = sortNames(Object.keys(object));
  if (names.length === 0) return '{ }';
  const fields = names.map((name) => `${inner}${quote(name)}: ${printJson(object[name]!, inner)}`);
  return `{\n${fields.join(',\n')}\n${indent}}`;
}

/** An error with its stack, innermost frame first. */
export function errorText(error: JsonnetError): string {
  if (error.kind === 'static') {
    const [frame] = error.frames;
    return `${frame?.span ? `${place(frame)} ` : ''}${error.message}\n`;
  }
  const frames = error.frames.map((frame) => `\t${place(frame)}${frame.span ? '\t' : ''}${frame.name ?? ''}\n`);
  return `RUNTIME ERROR: ${error.message}\n${frames.join('')}`;
}

function place({ span }: Frame): string {
  if (span === undefined) return '';
  const { file, line, column, endLine, endColumn } = span;
  if (line !== endLine) return `${file}:(${line}:${column})-(${endLine}:${endColumn})`;
  return `${file}:${line}:${column}${column === endColumn ? '' : `-${endColumn}`}`;
}
