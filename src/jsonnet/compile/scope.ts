/**
 * Names to slots. A {@link Layout} describes one kind of frame: a function's call, an object's fields, one turn of a
 * comprehension, a file. A `local` adds slots to the layout that it stands in: the expression at one place is
 * evaluated for a frame at most once to any effect, because evaluation is pure.
 */

export class Layout {
  readonly parent: Layout | undefined;
  /** Slots so far; slot 0 is the parent frame. */
  size: number;
  constructor(parent: Layout | undefined, reserved = 1) {
    this.parent = parent;
    this.size = reserved;
  }
  add(): number {
    this.size += 1;
    return this.size - 1;
  }
}

/** Slots of an object's frame behind the parent. */
export const SELF_SLOT = 1;
export const LAYER_SLOT = 2;
export const OBJECT_SLOTS = 3;

export interface Variable {
  /** How many frames out. */
  readonly depth: number;
  readonly slot: number;
  readonly layout: Layout;
}

export class Scope {
  readonly parent: Scope | undefined;
  readonly layout: Layout;
  /** The frame of the innermost object, for `self` and `super`; undefined outside of objects. */
  readonly self: Layout | undefined;
  /** The frame of the outermost object, for `$`. */
  readonly dollar: Layout | undefined;
  private readonly names = new Map<string, number>();
  /** Inside an object, even one that has no frame of its own because nothing in it asks for `self`. */
  readonly inObject: boolean;

  private constructor(
    parent: Scope | undefined,
    layout: Layout,
    self: Layout | undefined,
    dollar: Layout | undefined,
    inObject: boolean,
  ) {
    this.parent = parent;
    this.layout = layout;
    this.self = self;
    this.dollar = dollar;
    this.inObject = inObject;
  }

  static file(): Scope {
    return new Scope(undefined, new Layout(undefined), undefined, undefined, false);
  }

  /** More names in the same frame. */
  nested(): Scope {
    return new Scope(this, this.layout, this.self, this.dollar, this.inObject);
  }

  /** A function's call or a comprehension's turn. */
  framed(): Scope {
    return new Scope(this, new Layout(this.layout), this.self, this.dollar, this.inObject);
  }

  /** The inside of an object with a frame of its own. */
  object(): Scope {
    const layout = new Layout(this.layout, OBJECT_SLOTS);
    return new Scope(this, layout, layout, this.inObject ? this.dollar : layout, true);
  }

  /** The inside of an object whose fields never ask for `self`: they run in the frame around it. */
  frameless(): Scope {
    return new Scope(this, this.layout, this.self, this.dollar, true);
  }

  declare(name: string): number {
    const slot = this.layout.add();
    this.names.set(name, slot);
    return slot;
  }

  resolve(name: string): Variable | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const slot = scope.names.get(name);
      if (slot !== undefined) return { depth: this.depthOf(scope.layout), slot, layout: scope.layout };
    }
    return undefined;
  }

  /** How many frames out `layout` is. */
  depthOf(layout: Layout): number {
    let depth = 0;
    for (let current: Layout | undefined = this.layout; current !== layout; current = current?.parent) depth += 1;
    return depth;
  }
}
