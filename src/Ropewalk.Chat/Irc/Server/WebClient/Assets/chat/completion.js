// Completion with Tab: names of people, channels and commands. Pressed again it goes on to the next.

export class Completion {
  #last = null;

  /**
   * Completes the word before the caret: { text, caret } or null if there is nothing to complete. names: in the order in which they are
   * offered; commands: without slashes.
   */
  next(text, caret, { nicks, channels, commands }, step = 1) {
    if (this.#last?.text === text && this.#last.caret === caret) {
      const { candidates, at } = this.#last;
      return this.#put((at + step + candidates.length) % candidates.length, this.#last);
    }

    const start = text.lastIndexOf(' ', caret - 1) + 1;
    const word = text.slice(start, caret);
    if (!word) return null;
    const lower = word.toLowerCase();
    const begins = (name) => name.toLowerCase().startsWith(lower);
    let candidates;
    if (start === 0 && word.startsWith('/')) candidates = commands.map((name) => '/' + name).filter(begins).map((name) => name + ' ');
    else if (word.startsWith('#')) candidates = channels.filter(begins).map((name) => name + ' ');
    else candidates = nicks.filter(begins).map((name) => (start === 0 ? name + ': ' : name + ' '));
    if (candidates.length === 0) return null;
    return this.#put(step < 0 ? candidates.length - 1 : 0, { candidates, before: text.slice(0, start), after: text.slice(caret) });
  }

  #put(at, { candidates, before, after }) {
    const text = before + candidates[at] + after;
    const caret = before.length + candidates[at].length;
    this.#last = { text, caret, candidates, at, before, after };
    return { text, caret };
  }
}

/** What was typed before, for the arrows. */
export class InputHistory {
  #entries = [];
  #at = 0;
  #unsent = '';

  add(text) {
    if (text && text !== this.#entries.at(-1)) this.#entries.push(text);
    if (this.#entries.length > 100) this.#entries.shift();
    this.#at = this.#entries.length;
  }

  /** Goes back (-1) or forth (1): the text to show, or null at an end. */
  move(step, text) {
    const to = this.#at + step;
    if (to < 0 || to > this.#entries.length) return null;
    if (this.#at === this.#entries.length) this.#unsent = text;
    this.#at = to;
    return to === this.#entries.length ? this.#unsent : this.#entries[to];
  }
}
