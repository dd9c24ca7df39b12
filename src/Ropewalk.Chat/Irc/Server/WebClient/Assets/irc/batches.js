// Batches and labels: which lines belong together, and which command they answer.

const MOST_OPEN = 32;
const MOST_LINES = 1000;

export class Batches {
  #open = new Map();
  #deliver;
  #deliverHistory;

  /** deliver(message, label) takes what is no history; deliverHistory({ target, messages, label }) a whole batch of it. */
  constructor(deliver, deliverHistory) {
    this.#deliver = deliver;
    this.#deliverHistory = deliverHistory;
  }

  clear() {
    this.#open.clear();
  }

  take(message) {
    const around = this.#open.get(message.tags.get('batch') ?? '');
    const label = message.tags.get('label') ?? around?.label ?? null;
    if (message.command === 'BATCH') {
      this.#takeEdge(message, label);
    } else if (around?.type === 'chathistory') {
      if (around.messages.length < MOST_LINES) around.messages.push(message);
    } else {
      this.#deliver(message, label);
    }
  }

  #takeEdge({ params: [reference = '', type = '', target = ''] }, label) {
    const name = reference.slice(1);
    if (reference.startsWith('+')) {
      if (this.#open.size < MOST_OPEN) this.#open.set(name, { type, target, label, messages: [] });
      return;
    }

    const closed = this.#open.get(name);
    this.#open.delete(name);
    if (closed?.type === 'chathistory') this.#deliverHistory(closed);
  }
}
