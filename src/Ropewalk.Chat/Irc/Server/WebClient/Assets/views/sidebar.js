// The list of conversations, and the title of the page.

import { byId, element } from './dom.js';

export class SidebarView {
  #state;
  #actions;
  #list = byId('conversations');

  constructor(state, actions) {
    this.#state = state;
    this.#actions = actions;
    state.on('conversations', () => this.#draw());
    state.on('own', () => this.#draw());
    this.#list.addEventListener('click', (event) => {
      const row = event.target.closest('li[data-at]');
      const conversation = row && this.#state.conversations[Number(row.dataset.at)];
      if (!conversation) return;
      if (event.target.closest('.close')) this.#actions.closeConversation(conversation);
      else this.#state.activate(conversation);
    });
  }

  #draw() {
    const focused = this.#list.contains(document.activeElement) ? document.activeElement.closest('li')?.dataset.at : null;
    this.#list.replaceChildren(...this.#state.conversations.map((one, at) => this.#row(one, at)));
    if (focused !== null) this.#list.querySelector(`li[data-at="${Number(focused)}"] button`)?.focus();
    this.#title();
  }

  #row(conversation, at) {
    const { name, unread, mentions, kind, isJoined } = conversation;
    const isActive = conversation === this.#state.active;
    const spoken = mentions > 0 ? `, ${mentions} for you` : unread > 0 ? `, ${unread} new` : '';
    return element(
      'li',
      { 'data-at': at, class: [kind, isActive ? 'active' : '', unread > 0 ? 'unread' : '', kind === 'channel' && !isJoined ? 'left' : ''].filter(Boolean).join(' ') },
      element('button', { type: 'button', class: 'open', 'aria-current': isActive ? 'true' : null },
        element('span', { class: 'name' }, name),
        unread > 0 ? element('span', { class: mentions > 0 ? 'count for-you' : 'count', 'aria-hidden': 'true' }, String(Math.min(mentions || unread, 999))) : null,
        spoken ? element('span', { class: 'unseen' }, spoken) : null),
      kind === 'server' ? null : element('button', { type: 'button', class: 'close', 'aria-label': kind === 'channel' ? `Leave ${name}` : `Close ${name}`, title: kind === 'channel' ? 'Leave' : 'Close' }, '×'),
    );
  }

  #title() {
    const { active, conversations } = this.#state;
    const mentions = conversations.reduce((sum, one) => sum + one.mentions, 0);
    document.title = `${mentions > 0 ? `(${mentions}) ` : ''}${active?.name ?? 'Chat'}`;
  }
}
