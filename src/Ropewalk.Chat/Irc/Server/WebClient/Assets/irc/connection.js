// The conversation with the server: the socket, the capabilities, the login, the wait before the next try.
//
// idle → connecting → registering → online, and from each of them to waiting (it will be tried again) or back to idle (it will not).

import { encode, parse } from './message.js';
import { byteLength } from './text.js';

const WANTED = [
  'account-notify', 'account-tag', 'away-notify', 'batch', 'chghost', 'draft/chathistory', 'echo-message', 'extended-join',
  'invite-notify', 'labeled-response', 'message-tags', 'multi-prefix', 'server-time', 'setname', 'standard-replies',
];
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60000;
const SILENCE = 60000;
const PATIENCE = 30000;
// What the server takes at once without making its sender wait is ten seconds' worth; a command costs one, some two.
const BURST = 9000;
const USUAL_COST = 1000;
const COSTS = { NICK: 2000, WHO: 2000, LIST: 2000, INVITE: 2000, WHOWAS: 2000 };
const COST_OF_REGISTRATION = 3500;
const MOST_QUEUED = 500;

const NO_LOGIN = 'The server takes no logins now. Try it later, or leave the password out.';

export class Connection {
  state = 'idle';
  capabilities = new Set();
  own = { nick: '', user: '', host: '' };
  #url;
  #on;
  #identity;
  #socket = null;
  #offered = new Map();
  #asked = [];
  #tries = 0;
  #hasBeenOnline = false;
  #lastWords = '';
  #timers = { retry: 0, ping: 0, queue: 0, stable: 0 };
  #queue = [];
  #paidUntil = 0;

  /** on: { state(state, detail), message(message), queued(count), refused(text) }. refused ends it: the person has to change something. */
  constructor(url, on) {
    this.#url = url;
    this.#on = on;
  }

  /** identity: { nick, account, password, realName }. */
  open(identity) {
    // who is called differently later logs in as before: the password is told for the account it was typed for alone
    this.#identity = { ...identity, account: identity.account || identity.nick };
    this.#hasBeenOnline = false;
    this.#tries = 0;
    this.own = { nick: identity.nick, user: '', host: '' };
    this.#connect();
  }

  has(capability) {
    return this.capabilities.has(capability);
  }

  /** Sends a command, in its turn. Returns false if there is nowhere to send it. */
  send(command, params = [], tags = null) {
    if (this.state !== 'online' || this.#queue.length >= MOST_QUEUED) return false;
    this.#queue.push({ line: encode(command, params, tags), cost: COSTS[command] ?? USUAL_COST });
    this.#pump();
    return true;
  }

  /** Sends what is not worth waiting for, such as that somebody types. */
  trySend(command, params, tags) {
    return this.#queue.length === 0 && this.#paidUntil - Date.now() < BURST - USUAL_COST && this.send(command, params, tags);
  }

  /** Leaves for good. */
  quit(reason) {
    this.#identity = null;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#write('QUIT', [reason]);
    this.#drop();
    this.#set('idle', '');
  }

  /** Tries at once what would be tried later, or asks whether the server is still there. */
  wake() {
    if (this.state === 'waiting') this.#connect();
    else if (this.state === 'online') this.#ask();
  }

  #connect() {
    this.#drop();
    this.#lastWords = '';
    this.#set('connecting', '');
    const socket = new WebSocket(this.#url, ['text.ircv3.net']);
    this.#socket = socket;
    this.#timers.ping = setTimeout(() => socket === this.#socket && this.#lose('The server does not answer.'), PATIENCE);
    socket.onopen = () => socket === this.#socket && this.#register();
    socket.onmessage = (event) => socket === this.#socket && this.#receive(String(event.data));
    socket.onclose = () => socket === this.#socket && this.#lose(this.#lastWords || 'The connection was lost.');
  }

  #register() {
    this.#set('registering', '');
    this.capabilities = new Set();
    this.#offered = new Map();
    this.#write('CAP', ['LS', '302']);
    if (!this.#identity.password) this.#introduce();
  }

  // behind the login, where there is one: a name that belongs to an account is given to nobody else
  #introduce() {
    this.#write('NICK', [this.own.nick]);
    this.#write('USER', [this.own.nick.replace(/[^A-Za-z0-9]/g, '') || 'web', '0', '*', this.#identity.realName || this.own.nick]);
  }

  #receive(line) {
    const message = parse(line);
    this.#restartPing();
    if (!message) return;
    if (message.command === 'PING') return this.#write('PONG', message.params.slice(-1));
    if (message.command === 'ERROR') this.#lastWords = message.params[0] ?? '';
    if (message.command === 'CAP') return this.#takeCapabilities(message.params);
    if (this.state === 'registering' && this.#takeRegistration(message)) return;
    this.#on.message(message);
  }

  #takeCapabilities([, verb = '', ...rest]) {
    const words = (rest.at(-1) ?? '').split(' ').filter(Boolean);
    if (verb === 'LS' || verb === 'NEW') {
      for (const word of words) this.#offered.set(word.split('=', 1)[0], word.slice(word.indexOf('=') + 1));
      if (rest.length > 1 && rest[0] === '*') return;
      this.#request(verb === 'LS');
    } else if (verb === 'ACK') {
      words.forEach((word) => (word.startsWith('-') ? this.capabilities.delete(word.slice(1)) : this.capabilities.add(word)));
      if (this.state === 'registering') this.#login();
    } else if (verb === 'NAK' && this.state === 'registering') {
      if (this.#identity.password) return this.#refuse(NO_LOGIN);
      this.#write('CAP', ['END']);
    } else if (verb === 'DEL') {
      words.forEach((word) => this.capabilities.delete(word));
    }
  }

  #request(isFirst) {
    this.#asked = WANTED.filter((name) => this.#offered.has(name) && !this.has(name));
    if (isFirst && this.#identity.password) {
      const mechanisms = this.#offered.get('sasl');
      if (mechanisms === undefined || !mechanisms.split(',').includes('PLAIN')) {
        return this.#refuse('The server takes no passwords on this connection. Open the page with https, or leave the password out.');
      }

      this.#asked.push('sasl');
    }

    if (this.#asked.length > 0) this.#write('CAP', ['REQ', this.#asked.join(' ')]);
    else if (isFirst) this.#write('CAP', ['END']);
  }

  #login() {
    if (!this.#identity.password) return this.#write('CAP', ['END']);
    if (this.has('sasl')) this.#write('AUTHENTICATE', ['PLAIN']);
    else this.#refuse(NO_LOGIN);
  }

  // True: it was about the login, and nobody else needs to see it.
  #takeRegistration({ command, params }) {
    const text = params.at(-1) ?? '';
    switch (command) {
      case 'AUTHENTICATE':
        if (params[0] === '+') this.#authenticate();
        return true;
      case '903':
        this.#introduce();
        this.#write('CAP', ['END']);
        return true;
      case '902': case '904': case '905': case '906': case '908':
        this.#refuse(`The password was not accepted: ${text}.`);
        return true;
      case '433':
        this.#nickTaken(text);
        return true;
      case '432': case '464': case '465': case 'FAIL':
        this.#refuse(text);
        return true;
      case '001':
        this.own.nick = params[0];
        this.#hasBeenOnline = true;
        this.#paidUntil = Date.now() + COST_OF_REGISTRATION;
        this.#timers.stable = setTimeout(() => (this.#tries = 0), PATIENCE);
        this.#set('online', '');
        return false;
      default:
        return false;
    }
  }

  // RFC 4616; AUTHENTICATE carries 400 bytes at a time, and a piece of just that length says that more comes
  #authenticate() {
    const { account, password } = this.#identity;
    const bytes = new TextEncoder().encode(`\0${account}\0${password}`);
    const text = btoa(String.fromCharCode(...bytes));
    for (let at = 0; at <= text.length; at += 400) this.#write('AUTHENTICATE', [text.slice(at, at + 400) || '+']);
  }

  // The first time the person is asked for another one; later it is likely one's own connection that the server has not yet missed.
  #nickTaken(text) {
    if (!this.#hasBeenOnline || this.own.nick.length > this.#identity.nick.length + 2) return this.#refuse(`${this.own.nick}: ${text}.`);
    this.own.nick += '_';
    this.#write('NICK', [this.own.nick]);
  }

  #refuse(text) {
    this.#identity = null;
    this.#drop();
    this.#set('idle', '');
    this.#on.refused(text);
  }

  #lose(reason) {
    if (!this.#identity) return;
    if (!this.#hasBeenOnline && this.state === 'registering') return this.#refuse(reason);
    this.#drop();
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries++) * (0.75 + Math.random() / 2);
    this.#timers.retry = setTimeout(() => this.#connect(), wait);
    this.own.nick = this.#identity.nick;
    this.#set('waiting', reason, Date.now() + wait);
  }

  /** Says that the server calls this person differently now. */
  renamed(nick) {
    this.own.nick = nick;
    if (this.#identity) this.#identity.nick = nick;
  }

  #drop() {
    Object.values(this.#timers).forEach(clearTimeout);
    this.#queue = [];
    this.#on.queued(0);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #restartPing() {
    clearTimeout(this.#timers.ping);
    this.#timers.ping = setTimeout(() => this.#ask(), SILENCE);
  }

  #ask() {
    clearTimeout(this.#timers.ping);
    if (this.state === 'online') this.#write('PING', [String(Date.now())]);
    this.#timers.ping = setTimeout(() => this.#lose('The server does not answer.'), PATIENCE);
  }

  #pump() {
    clearTimeout(this.#timers.queue);
    while (this.#queue.length > 0) {
      const now = Date.now();
      const ahead = Math.max(0, this.#paidUntil - now) + this.#queue[0].cost;
      if (ahead > BURST) {
        this.#timers.queue = setTimeout(() => this.#pump(), ahead - BURST);
        break;
      }

      this.#paidUntil = now + ahead;
      this.#writeLine(this.#queue.shift().line);
    }

    this.#on.queued(this.#queue.length);
  }

  #write(command, params) {
    this.#writeLine(encode(command, params));
  }

  #writeLine(line) {
    if (this.#socket?.readyState === WebSocket.OPEN && byteLength(line) < 4096 + 510) this.#socket.send(line);
  }

  #set(state, detail, until = 0) {
    this.state = state;
    this.#on.state(state, detail, until);
  }
}
