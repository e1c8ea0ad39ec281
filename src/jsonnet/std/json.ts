/** What is wrong with a text that is no JSON, in the words of Go's decoder, which `std.parseJson` shows. */

/** The message for a text that JSON.parse refused. */
export function jsonProblem(text: string): string {
  try {
    new Scanner(text).document();
  } catch (problem) {
    if (problem instanceof Problem) return problem.message;
    throw problem;
  }
  return 'invalid JSON';
}

class Problem extends Error {}

/** Walks the text as the decoder does, to the first character that it refuses. */
class Scanner {
  private readonly text: string;
  private at = 0;
  constructor(text: string) {
    this.text = text;
  }

  document(): void {
    this.value(0);
    this.space();
    if (this.at < this.text.length) this.bad('after top-level value');
  }

  private bad(context: string): never {
    if (this.at >= this.text.length) {
      // Inside of a word or a number the decoder meets the end as a space.
      if (/literal/.test(context) && !/string/.test(context)) throw new Problem(`invalid character ' ' ${context}`);
      throw new Problem('unexpected end of JSON input');
    }
    const char = String.fromCodePoint(this.text.codePointAt(this.at)!);
    throw new Problem(`invalid character ${quoteChar(char)} ${context}`);
  }

  private space(): void {
    while (this.at < this.text.length && ' \t\r\n'.includes(this.text[this.at]!)) this.at += 1;
  }

  private value(depth: number): void {
    if (depth > MAX_DEPTH) throw new Problem('exceeded max depth');
    this.space();
    const char = this.text[this.at];
    if (char === '{') this.object(depth);
    else if (char === '[') this.array(depth);
    else if (char === '"') this.string();
    else if (char === 't') this.word('true');
    else if (char === 'f') this.word('false');
    else if (char === 'n') this.word('null');
    else if (char === '-' || (char !== undefined && isDigit(char))) this.number();
    else this.bad('looking for beginning of value');
  }

  private object(depth: number): void {
    this.at += 1;
    this.space();
    if (this.text[this.at] === '}') {
      this.at += 1;
      return;
    }
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') this.bad('looking for beginning of object key string');
      this.string();
      this.space();
      if (this.text[this.at] !== ':') this.bad('after object key');
      this.at += 1;
      this.value(depth + 1);
      this.space();
      const char = this.text[this.at];
      if (char !== ',' && char !== '}') this.bad('after object key:value pair');
      this.at += 1;
      if (char === '}') return;
    }
  }

  private array(depth: number): void {
    this.at += 1;
    this.space();
    if (this.text[this.at] === ']') {
      this.at += 1;
      return;
    }
    for (;;) {
      this.value(depth + 1);
      this.space();
      const char = this.text[this.at];
      if (char !== ',' && char !== ']') this.bad('after array element');
      this.at += 1;
      if (char === ']') return;
    }
  }

  private string(): void {
    for (this.at += 1; this.text[this.at] !== '"'; this.at += 1) {
      const char = this.text[this.at];
      if (char === undefined || char < ' ') this.bad('in string literal');
      if (char === '\\') this.escape();
    }
    this.at += 1;
  }

  private escape(): void {
    this.at += 1;
    const char = this.text[this.at];
    if (char === undefined || !'bfnrt\\/"u'.includes(char)) this.bad('in string escape code');
    for (let digit = 0; char === 'u' && digit < 4; digit += 1) {
      this.at += 1;
      if (!/^[0-9a-fA-F]$/.test(this.text[this.at] ?? '')) this.bad('in \\u hexadecimal character escape');
    }
  }

  private word(word: string): void {
    for (const expected of word) {
      if (this.text[this.at] !== expected) this.bad(`in literal ${word} (expecting '${expected}')`);
      this.at += 1;
    }
  }

  private number(): void {
    if (this.text[this.at] === '-') this.at += 1;
    if (this.text[this.at] === '0') this.at += 1;
    else this.digits('in numeric literal');
    if (this.text[this.at] === '.') {
      this.at += 1;
      this.digits('after decimal point in numeric literal');
    }
    if (this.text[this.at] === 'e' || this.text[this.at] === 'E') {
      this.at += 1;
      if (this.text[this.at] === '+' || this.text[this.at] === '-') this.at += 1;
      this.digits('in exponent of numeric literal');
    }
  }

  private digits(context: string): void {
    if (!isDigit(this.text[this.at] ?? '')) this.bad(context);
    while (isDigit(this.text[this.at] ?? '')) this.at += 1;
  }
}

/** Keeps the walk off the stack's end; far beyond the nesting that a result may have. */
const MAX_DEPTH = 1000;

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9' && char.length === 1;
}

/** A character as Go quotes it. */
function quoteChar(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return `'"'`;
  const quoted = JSON.stringify(char).slice(1, -1);
  return `'${quoted.replace(/^\\u00([0-9a-f]{2})$/, '\\x$1')}'`;
}
