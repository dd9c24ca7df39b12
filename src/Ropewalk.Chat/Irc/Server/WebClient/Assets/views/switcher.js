// Ctrl+K: to a conversation by a part of its name.

import { byId, element } from './dom.js';

export class SwitcherView {
  #state;
  #actions;
  #dialog = byId('switcher');
  #input = byId('switcher-input');
  #list = byId('switcher-list');
  #found = [];
  #at = 0;

  constructor(state, actions, onDone) {
    this.#state = state;
    this.#actions = actions;
    this.#input.addEventListener('input', () => this.#draw());
    this.#input.addEventListener('keydown', (event) => this.#key(event));
    this.#list.addEventListener('click', (event) => {
      const at = event.target.closest('li')?.dataset.at;
      if (at !== undefined) this.#choose(Number(at));
    });
    this.#dialog.addEventListener('close', onDone);
  }

  open() {
    this.#input.value = '';
    this.#dialog.showModal();
    this.#draw();
  }

  #draw() {
    const text = this.#input.value.trim().toLowerCase();
    this.#found = this.#state.conversations.filter((one) => one.name.toLowerCase().includes(text))
      .sort((a, b) => b.mentions - a.mentions || b.unread - a.unread).map((one) => ({ name: one.name, conversation: one }));
    if (text && !/\s/.test(text) && !this.#found.some(({ name }) => name.toLowerCase() === text)) this.#found.push({ name: `Join or open ${text}`, wanted: text });
    this.#found = this.#found.slice(0, 12);
    this.#at = 0;
    this.#list.replaceChildren(...this.#found.map(({ name, conversation }, at) =>
      element('li', { id: `choice-${at}`, role: 'option', 'data-at': at, 'aria-selected': String(at === 0) }, name, conversation?.unread ? element('span', { class: 'count' }, String(conversation.unread)) : null)));
    this.#mark();
  }

  #key(event) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      this.#at = (this.#at + (event.key === 'ArrowDown' ? 1 : -1) + this.#found.length) % Math.max(1, this.#found.length);
      this.#mark();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.#choose(this.#at);
    }
  }

  #mark() {
    [...this.#list.children].forEach((item, at) => item.setAttribute('aria-selected', String(at === this.#at)));
    if (this.#found.length > 0) this.#input.setAttribute('aria-activedescendant', `choice-${this.#at}`);
    else this.#input.removeAttribute('aria-activedescendant');
    this.#list.children[this.#at]?.scrollIntoView({ block: 'nearest' });
  }

  #choose(at) {
    const chosen = this.#found[at];
    this.#dialog.close();
    if (!chosen) return;
    if (chosen.conversation) this.#state.activate(chosen.conversation);
    else this.#actions.query(chosen.wanted);
  }
}
