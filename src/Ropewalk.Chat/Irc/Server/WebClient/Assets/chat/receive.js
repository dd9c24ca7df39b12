// What the server sends, put into the state.

import { Batches } from '../irc/batches.js';
import { History } from './history.js';
import { describe } from './numerics.js';

export class Receiver {
  #state;
  #connection;
  #batches = new Batches((message, label) => this.#apply(message, label), (batch) => this.history.take(batch));
  #labels = new Map();
  #lastLabel = 0;

  constructor(state, connection) {
    this.#state = state;
    this.#connection = connection;
    this.history = new History(state, connection, this);
  }

  receive(message) {
    this.#batches.take(message);
  }

  /** Makes a label by which the answers to a command find the conversation in which it was given. */
  labelFor(conversation, command) {
    if (!this.#connection.has('labeled-response')) return null;
    const label = `c${++this.#lastLabel}`;
    this.#labels.set(label, { conversation, command });
    if (this.#labels.size > 100) this.#labels.delete(this.#labels.keys().next().value);
    return { label };
  }

  /** Forgets what only held for the connection that was lost. */
  disconnected() {
    this.#batches.clear();
    this.#labels.clear();
    this.history.clear();
    for (const one of this.#state.conversations) {
      [...one.typing.values()].forEach(({ nick }) => this.#state.setTyping(one, nick, false));
      one.wasAskedWho = false;
      if (!one.isJoined) continue;
      // who is in it is told when it is joined again, which may be refused
      one.isJoined = false;
      one.names = null;
      one.members.clear();
      this.#state.emit('members', one);
    }
  }

  /** Makes a line of a message of a channel's history, before the line that follows it. Returns the line. */
  replay(conversation, message, following) {
    return message.command === 'PRIVMSG' || message.command === 'NOTICE' ? this.#addSpoken(conversation, message, false, following) : null;
  }

  #apply(message, label) {
    if (message.tags.has('time') && !message.tags.has('batch')) this.#state.setServerTime(timeOf(message, this.#state));
    const handler = HANDLERS[message.command];
    if (handler) handler.call(this, message, label);
    else if (/^\d{3}$/.test(message.command) || ['FAIL', 'WARN', 'NOTE', 'ERROR'].includes(message.command)) this.#tellReply(message, label);
  }

  #tellReply(message, label) {
    const said = describe(message, this.#state.features);
    if (!said) return;
    const about = said.about ? this.#state.find(said.about) : null;
    const conversation = this.#labels.get(label)?.conversation ?? (said.isError ? about ?? this.#state.active : about) ?? this.#state.server;
    this.#state.add(conversation, { kind: said.isError ? 'error' : 'info', text: said.text });
  }

  #addSpoken(conversation, message, isNew, following = null) {
    const { nick } = message.source ?? { nick: '' };
    const isOwn = this.#state.isOwn(nick);
    let text = message.params[1] ?? '';
    let kind = message.command === 'NOTICE' ? 'notice' : 'message';
    const action = /^\x01ACTION ?([^\x01]*)\x01?$/.exec(text);
    if (action && kind === 'message') {
      kind = 'action';
      text = action[1];
    } else if (text.startsWith('\x01')) {
      return null;
    }

    const isMention = !isOwn && kind !== 'notice' && (conversation.kind === 'person' || mentions(text, this.#state.own.nick));
    const line = { id: message.tags.get('msgid') ?? null, time: timeOf(message, this.#state), kind, from: nick, text, isOwn, isMention };
    return this.#state.add(conversation, line, isNew, following);
  }

  #addPresence(conversation, message, nick, what, detail = '') {
    this.#state.add(conversation, { kind: 'presence', time: timeOf(message, this.#state), changes: [{ nick, what, detail }] });
  }

  speak(message) {
    const { source, params: [target = ''] } = message;
    const { features } = this.#state;
    const channel = features.ranks.some(([, sign]) => sign === target[0]) && features.isChannel(target.slice(1)) ? target.slice(1) : target;
    let conversation;
    if (features.isChannel(channel)) conversation = this.#state.find(channel) ?? this.#state.server;
    else if (!source?.user && !this.#state.find(source?.nick ?? '')) conversation = this.#state.server;
    else conversation = this.#state.open(this.#state.isOwn(source.nick) ? target : source.nick, 'person');
    if (source) this.#state.setTyping(conversation, source.nick, false);
    this.#addSpoken(conversation, message, true);
  }

  tagMessage({ source, tags, params: [target = ''] }) {
    const typing = tags.get('+typing');
    if (!typing || !source || this.#state.isOwn(source.nick)) return;
    const conversation = this.#state.find(this.#state.features.isChannel(target) ? target : source.nick);
    if (conversation) this.#state.setTyping(conversation, source.nick, typing === 'active');
  }

  join(message) {
    const { source, params: [name, account = '', realName = ''] } = message;
    const isOwn = this.#state.isOwn(source.nick);
    const conversation = isOwn ? this.#state.open(name, 'channel') : this.#state.find(name);
    if (!conversation) return;
    if (isOwn) {
      this.#connection.own = Object.assign(this.#state.own, source);
      conversation.isJoined = true;
      conversation.isWanted = true;
      conversation.members.clear();
      this.history.catchUp(conversation);
    }

    this.#state.addMember(conversation, source.nick, '', account === '*' ? '' : account);
    this.#state.member(conversation, source.nick).realName = realName;
    this.#addPresence(conversation, message, source.nick, 'joined');
    this.#state.emit('members', conversation);
    if (!isOwn) return;
    this.#state.emit('joined', conversation);
    this.#state.emit('conversations');
  }

  part(message) {
    const conversation = this.#state.find(message.params[0]);
    if (conversation) this.#leave(conversation, message, message.source.nick, 'left', message.params[1]);
  }

  kick(message) {
    const [name, nick, reason] = message.params;
    const conversation = this.#state.find(name);
    if (!conversation) return;
    const by = `by ${message.source?.nick ?? 'the server'}${reason && reason !== message.source?.nick ? `: ${reason}` : ''}`;
    this.#leave(conversation, message, nick, 'was kicked', by);
    if (this.#state.isOwn(nick)) this.#state.tell(`You were kicked ${by}. /join ${name} goes back in.`, 'error', conversation);
  }

  quit(message) {
    for (const conversation of this.#state.withPerson(message.source.nick)) {
      this.#leave(conversation, message, message.source.nick, 'quit', message.params[0]);
    }
  }

  #leave(conversation, message, nick, what, detail = '') {
    if (this.#state.isOwn(nick)) {
      conversation.isJoined = false;
      conversation.isWanted = false;
      conversation.members.clear();
    }

    this.#state.removeMember(conversation, nick);
    this.#addPresence(conversation, message, nick, what, detail);
    this.#state.emit('members', conversation);
    this.#state.emit('conversations');
  }

  nick(message) {
    const before = message.source.nick;
    const after = message.params[0];
    if (this.#state.isOwn(before)) {
      this.#state.own.nick = after;
      this.#connection.renamed(after);
      this.#state.emit('own');
    }

    for (const conversation of this.#state.withPerson(before)) {
      const member = this.#state.member(conversation, before);
      if (member) {
        conversation.members.delete(this.#state.features.fold(before));
        conversation.members.set(this.#state.features.fold(after), { ...member, nick: after });
      }

      if (conversation.kind === 'person' && !this.#state.find(after)) conversation.name = after;
      this.#addPresence(conversation, message, before, 'is now', after);
      this.#state.emit('members', conversation);
    }

    this.#state.emit('conversations');
  }

  topic(message) {
    const [name, text = ''] = message.params;
    const conversation = this.#state.find(name);
    if (!conversation) return;
    conversation.topic = text;
    if (message.source) this.#state.add(conversation, { kind: 'info', text: text ? `${message.source.nick} set the topic: ${text}` : `${message.source.nick} removed the topic` });
    this.#state.emit('topic', conversation);
  }

  topicReply({ command, params: [, name, text] }, label) {
    const topic = command === '332' ? text : '';
    this.topic({ source: null, params: [name, topic] });
    // who joins sees it at the top; who asks is answered
    if (this.#labels.get(label)?.command === 'TOPIC') this.#state.tell(topic ? `The topic of ${name}: ${topic}` : `${name} has no topic.`);
  }

  mode(message) {
    const [name, letters = '', ...values] = message.params;
    const conversation = this.#state.find(name);
    const by = message.source?.nick ?? '';
    if (!conversation) return this.#state.add(this.#state.server, { kind: 'info', text: `Mode of ${name}: ${letters}` });
    let isAdded = true;
    for (const letter of letters) {
      if (letter === '+' || letter === '-') {
        isAdded = letter === '+';
      } else if (this.#state.features.takesParameter(letter, isAdded)) {
        const value = values.shift() ?? '';
        if (letter !== 'k') this.#setRank(conversation, letter, value, isAdded);
        else if (!isAdded) conversation.key = '';
        else if (value !== '*') conversation.key = value;
      }
    }

    this.#state.add(conversation, { kind: 'info', text: `${by} set mode ${message.params.slice(1).join(' ')}` });
    this.#state.emit('members', conversation);
  }

  #setRank(conversation, letter, nick, isAdded) {
    const member = this.#state.member(conversation, nick);
    const { ranks } = this.#state.features;
    const sign = ranks.find(([mode]) => mode === letter)?.[1];
    if (!member || !sign) return;
    const has = new Set(member.ranks);
    if (isAdded) has.add(sign);
    else has.delete(sign);
    member.ranks = ranks.map(([, one]) => one).filter((one) => has.has(one)).join('');
  }

  away({ source, params: [text = ''] }) {
    for (const conversation of this.#state.withPerson(source.nick)) {
      const member = this.#state.member(conversation, source.nick);
      if (member) member.isAway = text !== '';
      this.#state.emit('members', conversation);
    }
  }

  // account-notify, setname: what is known of a person changes, and is shown where they are listed
  personal({ command, source, params: [value = ''] }) {
    for (const conversation of this.#state.withPerson(source.nick)) {
      const member = this.#state.member(conversation, source.nick);
      if (member) member[command === 'ACCOUNT' ? 'account' : 'realName'] = value === '*' && command === 'ACCOUNT' ? '' : value;
      this.#state.emit('members', conversation);
    }
  }

  changeHost({ source, params: [user, host] }) {
    if (this.#state.isOwn(source.nick)) this.#connection.own = Object.assign(this.#state.own, { user, host });
  }

  invite({ source, params: [nick, channel] }) {
    this.#state.tell(this.#state.isOwn(nick) ? `${source.nick} invites you to ${channel}: /join ${channel}` : `${source.nick} invites ${nick} to ${channel}.`);
  }

  welcome(message) {
    this.#state.own.nick = message.params[0];
    this.#state.add(this.#state.server, { kind: 'info', text: message.params.at(-1) });
    this.#state.emit('own');
  }

  isupport({ params }) {
    this.#state.features.take(params.slice(1, -1));
    this.#state.server.name = this.#state.features.network || this.#state.server.name;
    this.#state.emit('own');
    this.#state.emit('conversations');
  }

  names({ command, params }) {
    const conversation = this.#state.find(params[command === '353' ? 2 : 1]);
    if (!conversation) return;
    if (command === '353') {
      conversation.names ??= [];
      conversation.names.push(...(params[3] ?? '').split(' ').filter(Boolean));
      return;
    }

    const before = conversation.members;
    conversation.members = new Map();
    for (const item of conversation.names ?? []) {
      const { nick, ranks } = this.#state.features.splitPrefixes(item.split('!', 1)[0]);
      this.#state.addMember(conversation, nick, ranks);
      const known = before.get(this.#state.features.fold(nick));
      if (known) Object.assign(this.#state.member(conversation, nick), { isAway: known.isAway, account: known.account, realName: known.realName });
    }

    conversation.names = null;
    this.#state.emit('members', conversation);
    this.#state.emit('named', conversation);
  }

  // WHOX, as asked for in app.js: %tnfr,7 after the channel
  who({ params: [, token, nick, flags = '', realName = ''] }) {
    if (token !== '7') return;
    for (const conversation of this.#state.withPerson(nick)) {
      const member = this.#state.member(conversation, nick);
      if (member) Object.assign(member, { isAway: flags.startsWith('G'), realName });
      this.#state.emit('members', conversation);
    }
  }

  ownAway({ command, params }) {
    this.#state.awayText = command === '306' ? 'away' : '';
    this.#state.emit('own');
    this.#state.tell(params.at(-1));
  }

  fail(message, label) {
    if (!this.history.fail(label)) this.#tellReply(message, label);
  }
}

const prototype = Receiver.prototype;
const HANDLERS = {
  PRIVMSG: prototype.speak, NOTICE: prototype.speak, TAGMSG: prototype.tagMessage, JOIN: prototype.join, PART: prototype.part, KICK: prototype.kick,
  QUIT: prototype.quit, NICK: prototype.nick, TOPIC: prototype.topic, MODE: prototype.mode, AWAY: prototype.away, ACCOUNT: prototype.personal,
  SETNAME: prototype.personal, CHGHOST: prototype.changeHost, INVITE: prototype.invite, FAIL: prototype.fail,
  '001': prototype.welcome, '005': prototype.isupport, '353': prototype.names, '366': prototype.names, '354': prototype.who,
  '305': prototype.ownAway, '306': prototype.ownAway,
  '331': prototype.topicReply, '332': prototype.topicReply,
  '315'() {}, '333'() {}, PONG() {}, ACK() {},
};

function timeOf(message, state) {
  const time = Date.parse(message.tags.get('time') ?? '');
  return Number.isNaN(time) ? state.now() : time;
}

/** Tells whether a text names somebody, as a word of its own. */
export function mentions(text, nick) {
  if (!nick) return false;
  const lower = text.toLowerCase();
  const name = nick.toLowerCase();
  const isLetter = (letter) => letter !== undefined && /[\p{L}\p{N}_\-[\]\\`^{|}]/u.test(letter);
  for (let at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + 1)) {
    if (!isLetter(lower[at - 1]) && !isLetter(lower[at + name.length])) return true;
  }

  return false;
}
