/**
 * The state of the evaluation that runs now: what it has spent, and where it stands.
 *
 * Evaluation is synchronous and never re-entered by another program, so one state per thread is enough; `Engine`
 * saves and restores it around each evaluation. Every nested evaluation passes `enter` and `leave`; an error may skip
 * `leave`, and whoever catches it for good restores `depth`.
 */

import { type Frame as ErrorFrame, JsonnetError, type Limits } from './api.ts';
import { evaluateTraced, recall, type Trace, type TraceRecord } from './trace.ts';
import type { Thunk, Value } from './values.ts';

/** Where an expression stands and in what: one line of an error's stack, made once per expression by the compiler. */
export type Site = ErrorFrame;

interface RunState {
  steps: number;
  depth: number;
  bytes: number;
  maxSteps: number;
  maxDepth: number;
  maxBytes: number;
  /** Evaluating values of a shared library: they pay from a budget of their own, since only the first user would pay. */
  library: boolean;
  /** What forcing one library value may cost. */
  libraryLimits: Limits;
  /** The call of a built-in that runs now, for `std.trace`. */
  site: Site | undefined;
  /** Set while origins and reads are followed. */
  trace: Trace | undefined;
}

export const DEFAULT_LIMITS: Limits = {
  steps: 100_000_000,
  // go-jsonnet's default of `max stack`.
  depth: 500,
  bytes: 2_000_000_000,
};

/**
 * What things weigh, in bytes of the JavaScript heap, rounded up: what an evaluation can hold on to at once is then
 * bounded by its limit. Strings weigh a byte per unit, elements of arrays eight.
 */
export const THUNK_BYTES = 64;
export const FRAME_BYTES = 100;
export const OBJECT_BYTES = 300;
/** A field whose name is computed has a place of its own in tables that other objects share. */
export const DYNAMIC_FIELD_BYTES = 200;
export const ARRAY_BYTES = 64;

export const run: RunState = {
  steps: 0,
  depth: 0,
  bytes: 0,
  maxSteps: DEFAULT_LIMITS.steps,
  maxDepth: DEFAULT_LIMITS.depth,
  maxBytes: DEFAULT_LIMITS.bytes,
  library: false,
  libraryLimits: DEFAULT_LIMITS,
  site: undefined,
  trace: undefined,
};

/** Begins a nested evaluation: a call, a thunk, a field. */
export function enter(): void {
  run.depth += 1;
  run.steps += 1;
  run.bytes += FRAME_BYTES;
  if (run.depth > run.maxDepth || run.steps > run.maxSteps || run.bytes > run.maxBytes) failLimit();
}

export function leave(): void {
  run.depth -= 1;
}

/** Fails where `levels` further nested evaluations would: what is remembered must not succeed where it could not be made. */
export function checkDepth(levels: number): void {
  if (run.depth + levels > run.maxDepth) throw new JsonnetError('limit', DEPTH_MESSAGE, []);
}

/** What a step of other work leaves behind, at most: an entry of a list that is being built. */
const STEP_BYTES = 32;

/** Pays for work that is not a nested evaluation. */
export function charge(steps: number, bytes: number): void {
  run.steps += steps;
  run.bytes += bytes + STEP_BYTES * steps;
  if (run.steps > run.maxSteps || run.bytes > run.maxBytes) failLimit();
}

/** go-jsonnet's words. */
const DEPTH_MESSAGE = 'max stack frames exceeded.';

function failLimit(): never {
  if (run.depth > run.maxDepth) throw new JsonnetError('limit', DEPTH_MESSAGE, []);
  if (run.steps > run.maxSteps) throw new JsonnetError('limit', `more than ${run.maxSteps} evaluation steps`, []);
  throw new JsonnetError('limit', `more than ${run.maxBytes} bytes of values made`, []);
}

/** Ends the evaluation; the expressions on the way out add their places. */
export function fail(message: string): never {
  throw new JsonnetError('runtime', message, []);
}

/** Forces a thunk that has no value yet. */
export function forceThunk(thunk: Thunk): Value {
  if (thunk.library && !run.library) return inLibrary(() => forceThunk(thunk));
  const code = thunk.code;
  if (code === undefined) {
    return run.trace === undefined ? thunk.value : recall(run.trace, thunk.env as TraceRecord);
  }
  if (run.trace !== undefined) return forceTraced(thunk, run.trace);
  enter();
  const value = code(thunk.env as never);
  run.depth -= 1;
  thunk.value = value;
  thunk.code = undefined;
  thunk.env = undefined;
  return value;
}

/** As {@link forceThunk}, for an evaluation that is followed: the record takes the place of the environment. */
function forceTraced(thunk: Thunk, trace: Trace): Value {
  enter();
  const record = evaluateTraced(trace, trace.calls, () => thunk.code!(thunk.env as never));
  run.depth -= 1;
  thunk.value = record.value;
  thunk.code = undefined;
  thunk.env = record;
  return record.value;
}

/** As {@link forceThunk}; an error gains the place that asked. */
export function forceAt(thunk: Thunk, site: Site): Value {
  try {
    return forceThunk(thunk);
  } catch (error) {
    throw withFrame(error, site);
  }
}

/** Evaluates a value of a shared library, on the library's own budget: the user's is as if the value had been there. */
export function inLibrary(evaluate: () => Value): Value {
  const { steps, depth, bytes, maxSteps, maxDepth, maxBytes } = run;
  run.library = true;
  run.steps = 0;
  run.depth = 0;
  run.bytes = 0;
  run.maxSteps = run.libraryLimits.steps;
  run.maxDepth = run.libraryLimits.depth;
  run.maxBytes = run.libraryLimits.bytes;
  try {
    return evaluate();
  } finally {
    run.library = false;
    run.steps = steps;
    run.depth = depth;
    run.bytes = bytes;
    run.maxSteps = maxSteps;
    run.maxDepth = maxDepth;
    run.maxBytes = maxBytes;
  }
}

/** An error's stack keeps this many innermost frames and as many outermost ones. */
const KEPT_FRAMES = 40;

/**
 * The error with one more frame, the next outer one. JavaScript's own stack overflow becomes a limit error here, as
 * near to its cause as there is room to work.
 */
export function withFrame(error: unknown, site: Site): unknown {
  const known = error instanceof JsonnetError ? error : stackOverflow(error);
  if (known === undefined) return error;
  const frames = known.frames as ErrorFrame[];
  if (frames.length >= 2 * KEPT_FRAMES) frames.splice(KEPT_FRAMES, 1);
  // A copy: sites compute their span when asked, and errors travel between threads.
  frames.push({ span: site.span, name: site.name });
  return known;
}

/** JavaScript's "Maximum call stack size exceeded" and "Invalid string length" as limit errors; undefined for others. */
export function stackOverflow(error: unknown): JsonnetError | undefined {
  if (!(error instanceof RangeError)) return undefined;
  const message = error.message.includes('call stack') ? DEPTH_MESSAGE : `too large: ${error.message}`;
  return new JsonnetError('limit', message, []);
}
