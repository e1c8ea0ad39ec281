/** An engine over files that a test writes down. */

import {
  type EngineOptions,
  type EvaluateOptions,
  type Evaluation,
  type Frame,
  JsonnetError,
  type JsonValue,
} from '../../src/jsonnet/api.ts';
import { Engine } from '../../src/jsonnet/engine.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Paths are relative to the importing file, as in the real importer; names are plain, with forward slashes. */
export function engineOf(files: Files, options: Partial<EngineOptions> = {}): Engine {
  return new Engine({
    importer: {
      resolve(from, path) {
        const parts = from.split('/').slice(0, -1);
        for (const part of path.split('/')) {
          if (part === '..') parts.pop();
          else if (part !== '.') parts.push(part);
        }
        const name = parts.join('/');
        if (!Object.hasOwn(files, name)) throw new Error(`couldn't open import ${JSON.stringify(path)}`);
        return name;
      },
      read(name) {
        const content = Object.hasOwn(files, name) ? files[name] : undefined;
        if (content === undefined) throw new Error(`no such file: ${name}`);
        return typeof content === 'string' ? new TextEncoder().encode(content) : content;
      },
    },
    ...options,
  });
}

/** Evaluates one expression. */
export function evaluate(
  text: string,
  args: Readonly<Record<string, JsonValue>> = {},
  options: EvaluateOptions = {},
  files: Files = {},
): Evaluation {
  return engineOf({ ...files, 'main.jsonnet': text }).evaluate('main.jsonnet', args, options);
}

export function resultOf(text: string, files: Files = {}): JsonValue {
  return evaluate(text, {}, {}, files).value;
}

/** The error of an expression; fails when there is none. */
export function errorOf(
  text: string,
  args: Readonly<Record<string, JsonValue>> = {},
  options: EvaluateOptions = {},
  files: Files = {},
): JsonnetError {
  try {
    evaluate(text, args, options, files);
  } catch (error) {
    if (error instanceof JsonnetError) return error;
    throw error;
  }
  throw new Error(`no error: ${text}`);
}

/** `line:column-column name`, as go-jsonnet prints a frame, without the file. */
export function showFrame(frame: Frame): string {
  const { span, name } = frame;
  if (!span) return name ?? '';
  const place =
    span.line === span.endLine
      ? `${span.line}:${span.column}-${span.endColumn}`
      : `(${span.line}:${span.column})-(${span.endLine}:${span.endColumn})`;
  return name ? `${place} ${name}` : place;
}
