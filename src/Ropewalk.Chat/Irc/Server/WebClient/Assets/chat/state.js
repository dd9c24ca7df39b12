// What there is: the conversations, who is in them, which one is looked at. Views listen; nothing here touches the page.

import { Features } from '../irc/features.js';
import { Conversation } from './conversation.js';

export const MOST_CONVERSATIONS = 200;
const TYPING_LASTS = 6000;

export class State {
  features = new Features();
  conversations = [];
  active = null;
  own = { nick: '', user: '', host: '' };
  isVisible = true;
  awayText = '';
  #listeners = new Map();
  #skew = 0;

  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  emit(name, ...values) {
    (this.#listeners.get(name) ?? []).forEach((listener) => listener(...values));
  }

  /** The time by the server's clock, so that lines of one's own stand among the others where they belong. */
  now() {
    return Date.now() + this.#skew;
  }

  setServerTime(time) {
    this.#skew = time - Date.now();
  }

  get server() {
    return this.conversations[0];
  }

  isOwn(nick) {
    return this.features.fold(nick) === this.features.fold(this.own.nick);
  }

  find(name) {
    const folded = this.features.fold(name);
    return this.conversations.find((one) => one.kind !== 'server' && this.features.fold(one.name) === folded) ?? null;
  }

  /** Finds a conversation, or begins it. Strangers cannot begin more than so many: then what they say stands with the server's lines. */
  open(name, kind) {
    const found = kind === 'server' ? this.server : this.find(name);
    if (found) return found;
    if (this.conversations.length >= MOST_CONVERSATIONS) return this.server;
    const conversation = new Conversation(name, kind);
    this.conversations.push(conversation);
    const order = { server: 0, channel: 1, person: 2 };
    this.conversations.sort((a, b) => order[a.kind] - order[b.kind]);
    this.emit('conversations');
    return conversation;
  }

  close(conversation) {
    const at = this.conversations.indexOf(conversation);
    if (at <= 0) return;
    this.conversations.splice(at, 1);
    this.emit('conversations');
    if (this.active === conversation) this.activate(this.conversations[Math.min(at, this.conversations.length - 1)]);
  }

  activate(conversation) {
    if (this.active && this.active !== conversation) this.active.readUntil = this.active.lines.at(-1)?.key ?? null;
    const unread = conversation.unread;
    this.active = conversation;
    this.#read(conversation);
    this.emit('active', conversation, unread);
    this.emit('conversations');
  }

  setVisible(isVisible) {
    this.isVisible = isVisible;
    if (isVisible && this.active) {
      this.#read(this.active);
      this.emit('conversations');
    }
  }

  /** Adds a line, or finds it. isNew: it was said just now, and counts as unread where nobody looks. */
  add(conversation, line, isNew = true, following = null) {
    const change = conversation.add({ id: null, time: this.now(), from: '', text: '', isOwn: false, isMention: false, ...line }, following);
    if (!change || change.known) return change?.known ?? null;
    const counts = isNew && change.added && !change.added.isOwn && ['message', 'action', 'notice'].includes(change.added.kind);
    if (counts && (conversation !== this.active || !this.isVisible)) {
      conversation.unread++;
      if (change.added.isMention) conversation.mentions++;
      this.emit('conversations');
    }

    this.emit('line', conversation, change, isNew);
    return change.added ?? null;
  }

  /** Tells the person something, where they are. */
  tell(text, kind = 'info', conversation = this.active ?? this.server) {
    this.add(conversation, { kind, text });
  }

  member(conversation, nick) {
    return conversation.members.get(this.features.fold(nick)) ?? null;
  }

  addMember(conversation, nick, ranks = '', account = '') {
    conversation.members.set(this.features.fold(nick), { nick, ranks, account, isAway: false, realName: '' });
  }

  removeMember(conversation, nick) {
    this.setTyping(conversation, nick, false);
    return conversation.members.delete(this.features.fold(nick));
  }

  /** Lists members: by rank, and then by name. */
  membersOf(conversation) {
    const { features } = this;
    return [...conversation.members.values()].sort(
      (a, b) => features.order(a.ranks) - features.order(b.ranks) || (features.fold(a.nick) < features.fold(b.nick) ? -1 : 1),
    );
  }

  /** Those who share a channel with somebody, and the conversation with them. */
  withPerson(nick) {
    const folded = this.features.fold(nick);
    return this.conversations.filter((one) => one.members.has(folded) || (one.kind === 'person' && this.features.fold(one.name) === folded));
  }

  setTyping(conversation, nick, isTyping) {
    const folded = this.features.fold(nick);
    const before = conversation.typing.get(folded);
    if (!before && !isTyping) return;
    clearTimeout(before?.timer);
    conversation.typing.delete(folded);
    if (isTyping && conversation.typing.size < 20) {
      conversation.typing.set(folded, { nick, timer: setTimeout(() => this.setTyping(conversation, nick, false), TYPING_LASTS) });
    }

    this.emit('typing', conversation);
  }

  /** Begins anew, with nothing but the server's own conversation. */
  reset() {
    this.features = new Features();
    this.conversations = [new Conversation('Server', 'server')];
    this.active = null;
    this.activate(this.server);
  }

  #read(conversation) {
    conversation.unread = 0;
    conversation.mentions = 0;
  }
}
