// What a person can do in the conversation that is looked at. Commands and controls both end here.

import { messagesOf } from './commands.js';

const TYPING_EVERY = 3000;

export class Actions {
  #state;
  #connection;
  #receiver;
  #leave;
  #typedAt = new WeakMap();

  /** leave(reason) ends the whole conversation with the server. */
  constructor(state, connection, receiver, leave) {
    this.#state = state;
    this.#connection = connection;
    this.#receiver = receiver;
    this.#leave = leave;
  }

  get nick() {
    return this.#state.own.nick;
  }

  get channel() {
    return this.#state.active.kind === 'channel' ? this.#state.active.name : '';
  }

  isChannel(name) {
    return this.#state.features.isChannel(name);
  }

  tell(text) {
    this.#state.tell(text);
  }

  /** Sends a command whose answers are shown here. */
  send(command, params) {
    try {
      if (!this.#connection.send(command, params, this.#receiver.labelFor(this.#state.active, command))) this.#state.tell('Not connected: this was not sent.', 'error');
    } catch (error) {
      this.#state.tell(error.message, 'error');
    }

    return true;
  }

  /** Says something; false if nothing was sent. */
  say(text, kind, target = this.#state.active.kind === 'server' ? '' : this.#state.active.name) {
    if (!target) {
      this.#state.tell('This is the server. Join a channel to say something: /join #channel', 'error');
      return true;
    }

    const messages = messagesOf(text, kind, target, this.#state.own);
    if (messages.length === 0) return false;
    const conversation = this.isChannel(target) ? this.#state.find(target) : this.#state.open(target, 'person');
    for (const { command, params } of messages) {
      // the line stands where the server has put it: it comes back as an echo
      if (!this.#connection.send(command, params, this.#receiver.labelFor(conversation ?? this.#state.active, command))) return false;
      if (!this.#connection.has('echo-message')) this.#receiver.speak({ command, params, tags: new Map(), source: { ...this.#state.own } });
    }

    if (conversation) this.#typedAt.delete(conversation);
    return true;
  }

  join(name, key = '') {
    const channel = this.isChannel(name) ? name : '#' + name;
    const found = this.#state.find(channel);
    if (found?.isJoined) {
      this.#state.activate(found);
      return true;
    }

    const conversation = this.#state.open(channel, 'channel');
    conversation.key = key;
    this.#state.activate(conversation);
    return this.send('JOIN', key ? [channel, key] : [channel]);
  }

  part(rest) {
    const [first, ...more] = rest.split(/ +/);
    const isNamed = this.isChannel(first);
    const conversation = isNamed ? this.#state.find(first) : this.#state.active;
    if (!conversation || conversation.kind === 'server') return false;
    this.closeConversation(conversation, (isNamed ? more.join(' ') : rest).trim());
    return true;
  }

  /** Leaves a channel, or closes the conversation with a person. */
  closeConversation(conversation, reason = '') {
    if (conversation.kind === 'channel' && conversation.isJoined) this.#connection.send('PART', reason ? [conversation.name, reason] : [conversation.name]);
    conversation.isJoined = false;
    conversation.isWanted = false;
    this.#state.close(conversation);
  }

  query(nick) {
    if (this.isChannel(nick)) return this.join(nick);
    this.#state.activate(this.#state.open(nick, 'person'));
    return true;
  }

  quit(reason) {
    this.#leave(reason || 'Leaving');
    return true;
  }

  /** Tells the others that this person types, or has stopped to. */
  typing(isTyping) {
    const conversation = this.#state.active;
    const last = this.#typedAt.get(conversation);
    if (conversation.kind === 'server' || !this.#connection.has('message-tags')) return;
    if (isTyping ? last && Date.now() - last < TYPING_EVERY : !last) return;
    if (!this.#connection.trySend('TAGMSG', [conversation.name], { '+typing': isTyping ? 'active' : 'done' })) return;
    if (isTyping) this.#typedAt.set(conversation, Date.now());
    else this.#typedAt.delete(conversation);
  }
}
