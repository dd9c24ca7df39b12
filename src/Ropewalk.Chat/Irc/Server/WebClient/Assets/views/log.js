// The messages of the conversation that is looked at. A line is an item; what it shows of day and sender follows from the line before it.

import { colorOf, plain } from '../chat/markup.js';
import { isSameDay } from '../chat/conversation.js';
import { body } from './body.js';
import { DAY, TIME, byId, element } from './dom.js';

const COLORS = 12;
const TOGETHER = 5 * 60 * 1000;
const NEAR_END = 60;
const NEAR_START = 80;

export class LogView {
  #state;
  #history;
  #scroller = byId('scroller');
  #list = byId('log');
  #start = byId('log-start');
  #newer = byId('newer');
  #items = new Map();
  #conversation = null;
  #sticks = true;
  #frame = 0;
  #unseen = 0;
  #distance = null;

  constructor(state, history, onNick) {
    this.#state = state;
    this.#history = history;
    state.on('active', (conversation, unread) => this.#show(conversation, unread));
    state.on('line', (conversation, change, isNew) => conversation === this.#conversation && this.#change(change, isNew));
    state.on('history', (conversation, isBefore) => conversation === this.#conversation && this.#historyChanged(isBefore));
    this.#scroller.addEventListener('scroll', () => this.#scrolled());
    this.#scroller.addEventListener('wheel', (event) => event.deltaY < 0 && (this.#sticks = false), { passive: true });
    this.#scroller.addEventListener('touchmove', () => (this.#sticks = false), { passive: true });
    new ResizeObserver(() => this.#sticks && this.#toEnd()).observe(this.#scroller);
    this.#newer.addEventListener('click', () => this.#toEnd());
    this.#list.addEventListener('click', (event) => {
      const nick = event.target.closest('button[data-nick]')?.dataset.nick;
      if (nick) onNick(nick);
    });
  }

  scrollPages(pages) {
    if (pages < 0) this.#sticks = false;
    this.#scroller.scrollBy({ top: pages * this.#scroller.clientHeight * 0.85 });
  }

  #show(conversation, unread) {
    this.#conversation = conversation;
    this.#items.clear();
    const nodes = conversation.lines.map((line, i) => this.#make(line, conversation.lines[i - 1]));
    this.#list.replaceChildren(...nodes);
    if (unread > 0 && conversation.readUntil !== null) this.#markFirstUnread(conversation);
    this.#showStart();
    this.#toEnd();
  }

  #markFirstUnread({ lines, readUntil }) {
    const first = lines.find((line) => line.key > readUntil && line.kind !== 'presence');
    if (first && first !== lines[0]) this.#items.get(first.key)?.classList.add('first-unread');
  }

  #change({ added, at, removed, changed }, isNew) {
    if (changed) {
      const before = this.#items.get(changed.key);
      const index = this.#conversation.lines.indexOf(changed);
      if (before) before.replaceWith(this.#make(changed, this.#conversation.lines[index - 1]));
      return;
    }

    const { lines } = this.#conversation;
    removed.forEach((line) => {
      this.#items.get(line.key)?.remove();
      this.#items.delete(line.key);
    });
    const next = lines[at + 1];
    this.#list.insertBefore(this.#make(added, lines[at - 1]), next ? this.#items.get(next.key) ?? null : null);
    if (next) this.#items.get(next.key)?.replaceWith(this.#make(next, added));
    if (isNew && !this.#sticks && added.kind !== 'presence') this.#unseen++;
    this.#settle();
  }

  #make(line, before) {
    const isFirstOfDay = !before || !isSameDay(before.time, line.time);
    const isContinued = !isFirstOfDay && line.kind === 'message' && before.kind === 'message' && before.from === line.from && line.time - before.time < TOGETHER;
    const item = element(
      'li',
      { class: ['line', line.kind, isContinued ? 'continued' : '', line.isMention ? 'mention' : '', line.isOwn ? 'own' : ''].filter(Boolean).join(' ') },
      isFirstOfDay ? element('div', { class: 'day' }, element('span', {}, DAY.format(line.time))) : null,
      element('div', { class: 'row' }, this.#time(line.time), ...this.#content(line, isContinued)),
    );
    this.#items.set(line.key, item);
    return item;
  }

  #time(time) {
    const date = new Date(time);
    return element('time', { dateTime: date.toISOString(), title: date.toLocaleString() }, TIME.format(date));
  }

  #content(line, isContinued) {
    const text = body(line.text, this.#state.features);
    switch (line.kind) {
      case 'message':
        return [isContinued ? element('span', { class: 'unseen' }, `${line.from}: `) : this.#nick(line.from), element('span', { class: 'text' }, ...text)];
      case 'notice':
        return [this.#nick(line.from), element('span', { class: 'text' }, element('span', { class: 'tag' }, 'notice'), ' ', ...text)];
      case 'action':
        return [element('span', { class: 'text' }, '✳ ', this.#nick(line.from), ' ', ...text)];
      case 'presence':
        return [element('span', { class: 'text' }, presence(line.changes))];
      default:
        return [element('span', { class: 'text' }, ...text)];
    }
  }

  #nick(nick) {
    return element('button', { type: 'button', class: `nick nick-${colorOf(nick, COLORS)}`, 'data-nick': nick, tabIndex: -1, title: `Speak with ${nick}` }, nick);
  }

  #historyChanged(isBefore) {
    // what is put in above shall not move what is read
    this.#distance = isBefore ? this.#scroller.scrollHeight - this.#scroller.scrollTop : this.#distance;
    if (!isBefore && this.#distance !== null) {
      if (!this.#sticks) this.#scroller.scrollTop = this.#scroller.scrollHeight - this.#distance;
      this.#distance = null;
      this.#settle();
    }

    this.#showStart();
  }

  #showStart() {
    const { kind, isLoading, isAtStart, lines } = this.#conversation;
    this.#start.textContent = kind !== 'channel' ? '' : isLoading ? 'Looking for older messages…' : isAtStart && lines.length > 0 ? 'There is nothing older here.' : '';
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    // lines that come and go move the view too: that is no wish to look further up
    this.#sticks = (this.#sticks && this.#frame !== 0) || scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this.#sticks) this.#unseen = 0;
    this.#showNewer();
    if (scrollTop < NEAR_START && this.#conversation) {
      this.#history.older(this.#conversation);
      this.#showStart();
    }
  }

  // one look at the layout for however many lines came
  #settle() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#sticks) this.#toEnd();
      else this.#showNewer();
    });
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#sticks = true;
    this.#unseen = 0;
    this.#showNewer();
  }

  #showNewer() {
    this.#newer.hidden = this.#sticks;
    this.#newer.textContent = this.#unseen > 0 ? `${this.#unseen} new ↓` : 'To the newest ↓';
  }
}

/** Says in one sentence who came and went. */
export function presence(changes) {
  const kinds = [];
  for (const { nick, what, detail } of changes) {
    const found = kinds.find((kind) => kind.what === what && !detail && !kind.detail);
    if (found) found.nicks.add(nick);
    else kinds.push({ what, detail: plain(detail), nicks: new Set([nick]) });
  }

  return kinds.map(({ what, detail, nicks }) => `${[...nicks].join(', ')} ${what}${detail ? (what === 'is now' ? ` ${detail}` : ` (${detail})`) : ''}`).join(' · ');
}
