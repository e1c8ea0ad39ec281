/** Cases of the suites in which this engine differs on purpose, by suite and file, each with its reason. */

const BYTES = 'go-jsonnet counts columns in UTF-8 bytes, this engine in characters, as editors do';
const INNER = 'a static error of an imported file is reported at its own place, not at the import';
const PREFIX = 'go-jsonnet says the place of an invalid escape twice';

export const deviations: Readonly<Record<string, string>> = {
  'cpp-suite/error.function_duplicate_param.jsonnet':
    'the specification makes a duplicate parameter a static error; go-jsonnet does not look',
  'cpp-suite/error.import_static-check-failure.jsonnet': INNER,
  'cpp-suite/error.import_syntax-error.jsonnet': INNER,
  'cpp-suite/error.parse.string.invalid_escape.jsonnet': PREFIX,
  'cpp-suite/error.parse.string.invalid_escape_unicode_non_hex.jsonnet': PREFIX,
  'cpp-suite/error.parse.string.invalid_escape_unicode_short2.jsonnet': PREFIX,
  'cpp-suite/error.recursive_object_non_term.jsonnet':
    'endless recursion is noticed at another turn of it: depth is counted in other units',
  'go-testdata/builtinBase64DecodeBytes_high_codepoint.jsonnet': BYTES,
  'go-testdata/builtinBase64Decode_high_codepoint.jsonnet': BYTES,
  'go-testdata/builtinBase64_string_high_codepoint.jsonnet': BYTES,
  'go-testdata/import_syntax_error.jsonnet': INNER,
  'go-testdata/nonexistent_import_crazy.jsonnet': BYTES,
  'go-testdata/std.codepoint7.jsonnet': BYTES,
};
