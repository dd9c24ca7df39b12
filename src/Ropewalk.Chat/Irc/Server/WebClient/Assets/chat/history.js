// What was said before one came: LATEST after joining, BEFORE when somebody looks further up, AFTER when the connection was lost for a while.

const PAGE = 50;
const MOST_ROUNDS = 20;

export class History {
  #state;
  #connection;
  #receiver;
  #asked = new Map();
  #last = 0;

  /** receiver.replay(conversation, message, following) makes a line of a message of the history. */
  constructor(state, connection, receiver) {
    this.#state = state;
    this.#connection = connection;
    this.#receiver = receiver;
  }

  get #limit() {
    return Math.min(PAGE, this.#state.features.historyLimit);
  }

  /** Asks for what is missing in a channel that was just joined. */
  catchUp(conversation) {
    const newest = conversation.newestId;
    if (newest) this.#ask(conversation, 'AFTER', newest, 0);
    else this.#ask(conversation, 'LATEST', null, 0);
  }

  /** Asks for what was said before the oldest line. */
  older(conversation) {
    if (conversation.kind !== 'channel' || !conversation.isJoined || conversation.isLoading || conversation.isAtStart) return;
    const oldest = conversation.oldestId;
    if (oldest) this.#ask(conversation, 'BEFORE', oldest, 0);
    else conversation.isAtStart = true;
  }

  take({ target, messages, label }) {
    const asked = this.#asked.get(label);
    const conversation = asked?.conversation ?? this.#state.find(target);
    if (!conversation) return;
    this.#state.emit('history', conversation, true);
    // from the last to the first, each before the one that follows: many are of one millisecond
    let following = asked?.verb === 'BEFORE' ? conversation.lines.find((line) => line.id) : null;
    for (const message of messages.toReversed()) following = this.#receiver.replay(conversation, message, following) ?? following;
    this.#asked.delete(label);
    conversation.isLoading = false;
    const isFull = messages.length >= this.#limit;
    if (asked?.verb === 'AFTER' && isFull && asked.round < MOST_ROUNDS && messages.at(-1).tags.get('msgid')) {
      this.#ask(conversation, 'AFTER', messages.at(-1).tags.get('msgid'), asked.round + 1);
    } else if (asked && asked.verb !== 'AFTER' && !isFull) {
      conversation.isAtStart = true;
    }

    this.#state.emit('history', conversation, false);
  }

  /** Takes a refusal; true if it was about history. A server that was started anew does not know the messages of before. */
  fail(label) {
    const asked = this.#asked.get(label);
    if (!asked) return false;
    this.#asked.delete(label);
    asked.conversation.isLoading = false;
    if (asked.verb === 'AFTER') this.#ask(asked.conversation, 'LATEST', null, 0);
    else asked.conversation.isAtStart = true;
    this.#state.emit('history', asked.conversation, false);
    return true;
  }

  clear() {
    this.#asked.clear();
    this.#state.conversations.forEach((one) => (one.isLoading = false));
  }

  #ask(conversation, verb, id, round) {
    if (this.#limit === 0 || !this.#connection.has('draft/chathistory') || !this.#connection.has('labeled-response')) return;
    const label = `h${++this.#last}`;
    const reference = id ? `msgid=${id}` : '*';
    if (this.#connection.send('CHATHISTORY', [verb, conversation.name, reference, this.#limit], { label })) {
      conversation.isLoading = true;
      this.#asked.set(label, { conversation, verb, round });
    }
  }
}
