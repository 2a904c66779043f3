// @ts-check
/** Lists whose rows stay the elements they are while they show the same. */

/**
 * A list. A row is made anew only if its item has changed: a button of another row keeps the focus, and its question.
 * @template T that JSON can write
 */
export class RowList {
  #list;
  #create;
  /** @type {Map<string, Element>} the rows by their items as JSON */ #rows = new Map();

  /**
   * @param {Element} list it has no other children
   * @param {(item: T) => Element} create returns the row of an item
   */
  constructor(list, create) {
    this.#list = list;
    this.#create = create;
  }

  /**
   * Show these items, of which no two are the same.
   * @param {readonly T[]} items
   */
  show(items) {
    const before = this.#rows;
    this.#rows = new Map(items.map((item) => {
      const content = JSON.stringify(item);
      return [content, before.get(content) ?? this.#create(item)];
    }));
    for (const [content, row] of before) if (!this.#rows.has(content)) row.remove();
    let next = this.#list.firstElementChild;
    for (const row of this.#rows.values()) {
      if (row === next) next = next.nextElementSibling;
      else this.#list.insertBefore(row, next); // moving a row takes the focus from it
    }
  }
}
